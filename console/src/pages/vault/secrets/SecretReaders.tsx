import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useState } from 'react';
import { Link } from 'wouter';
import { usePermission } from '../../../api/session';
import { access as accessWords } from '../../../app/messages/access';
import { secrets as words } from '../../../app/messages/secrets';
import ConfirmDelete, { type Deletable } from '../../../components/ConfirmDelete';
import { ResourceTable, type Column } from '../../../components/ResourceTable';
import { Time } from '../../../components/Time';
import { GrantSecretWindow } from './GrantSecretWindow';
import { accessPath, type Secret, type SecretAccess } from './secretTypes';

/** Who is let in, in words. */
function readerName(rule: SecretAccess): string {
  if (rule.path_pattern !== null) return accessWords.pattern(rule.path_pattern);
  return rule.robot_name === null ? accessWords.robotGone : accessWords.robotAt(rule.robot_name, rule.robot_path ?? '');
}

export function revocable(rule: SecretAccess): Deletable {
  return { path: `${accessPath}/${rule.id}`, name: words.rule(rule.secret_label || words.secretGone, readerName(rule)) };
}

const columns: Column<SecretAccess>[] = [
  { id: 'reader', header: accessWords.reader, sort: 'path_pattern', isFixed: true, csv: readerName,
    cell: (row) => (row.robot !== null && row.robot_name !== null
      ? <Link href={`/repository/robots/${row.robot}`}>{readerName(row)}</Link> : readerName(row)) },
  { id: 'last_used_at', header: words.lastUsed, csv: (row) => row.last_used_at ?? '',
    cell: (row) => <Time value={row.last_used_at} absent={words.never} /> },
  { id: 'created_at', header: accessWords.granted, sort: true, isNoWrap: true, csv: (row) => row.created_at,
    cell: (row) => <Time value={row.created_at} /> },
];

/** Who can read it: rules for robots and for paths. */
export function SecretReaders({ secret }: { secret: Secret }) {
  const [isGranting, setGranting] = useState(false);
  const [going, setGoing] = useState<Deletable[]>();
  const mayGrant = usePermission('grant_access', secret.project);
  const add = mayGrant ? { label: words.grant, onClick: () => setGranting(true) } : undefined;
  return (
    <>
      <ResourceTable<SecretAccess>
        id="secret-access" label={words.access} path={accessPath} query={{ secret: secret.id }} rowName={readerName} add={add} columns={columns}
        defaultSort="created_at" hasFilter={false}
        rowActions={mayGrant ? (row) => [{ title: words.revoke, isDanger: true, onClick: () => setGoing([revocable(row)]) }] : undefined}
        bulkActions={mayGrant
          ? [{ label: accessWords.revokeMany, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(revocable)) }] : undefined}
        empty={(
          <EmptyState titleText={words.accessEmpty} headingLevel="h2">
            <EmptyStateBody>{words.accessEmptyBody}</EmptyStateBody>
            {add && (
              <EmptyStateFooter>
                <EmptyStateActions><Button onClick={add.onClick}>{add.label}</Button></EmptyStateActions>
              </EmptyStateFooter>
            )}
          </EmptyState>
        )}
      />
      {isGranting && <GrantSecretWindow secret={secret} onClose={() => setGranting(false)} />}
      {going && <ConfirmDelete isAccess countsRobots={false} items={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}
