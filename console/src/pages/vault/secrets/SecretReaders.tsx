import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { access as accessWords } from '../../../app/messages/access';
import { ruleStates as stateWords } from '../../../app/messages/ruleStates';
import { secrets as words } from '../../../app/messages/secrets';
import { useSearchValue } from '../../../app/url';
import ConfirmDelete, { type Deletable } from '../../../components/ConfirmDelete';
import { ResourceTable, type Column } from '../../../components/ResourceTable';
import { StateSelect } from '../../../components/StateSelect';
import { Time } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';
import { RuleState } from '../robot-access/RuleState';
import { reasonOf, validities, validityQuery } from '../robot-access/ruleStates';
import type { RuleKind } from '../robot-access/UpdateWindow';
import { GrantSecretWindow } from './GrantSecretWindow';
import { accessPath, type Secret, type SecretAccess } from './secretTypes';

const UpdateWindow = lazy(() => import('../robot-access/UpdateWindow'));

/** Who is let in, in words. */
function readerName(rule: SecretAccess): string {
  if (rule.path_pattern !== null) return accessWords.pattern(rule.path_pattern);
  return rule.robot_name === null ? accessWords.robotGone : accessWords.robotAt(rule.robot_name, rule.robot_path ?? '');
}

function ruleName(rule: SecretAccess): string {
  return words.rule(rule.secret_label || words.secretGone, readerName(rule));
}

export function revocable(rule: SecretAccess): Deletable {
  return { path: `${accessPath}/${rule.id}`, name: ruleName(rule) };
}

export const secretAccessKind: RuleKind<SecretAccess> = {
  path: accessPath, nameOf: ruleName,
  update: (ids, dryRun, signal) => api.post('/api/v1/secret-access/update-to-latest', { query: { dry_run: dryRun }, body: { ids }, signal }),
};

const columns: Column<SecretAccess>[] = [
  { id: 'reader', header: accessWords.reader, sort: 'path_pattern', isFixed: true, csv: readerName,
    cell: (row) => (row.robot !== null && row.robot_name !== null
      ? <Link href={`/repository/robots/${row.robot}`}>{readerName(row)}</Link> : readerName(row)) },
  { id: 'valid', header: stateWords.state, csv: (row) => (row.valid ? stateWords.valid : `${stateWords.invalid}: ${reasonOf(row)}`),
    cell: (row) => <RuleState rule={row} /> },
  { id: 'last_used_at', header: words.lastUsed, csv: (row) => row.last_used_at ?? '',
    cell: (row) => <Time value={row.last_used_at} absent={words.never} /> },
  { id: 'created_at', header: accessWords.granted, sort: true, isNoWrap: true, csv: (row) => row.created_at,
    cell: (row) => <Time value={row.created_at} /> },
];

/** Who can read it: rules for robots and for paths. */
export function SecretReaders({ secret }: { secret: Secret }) {
  const [isGranting, setGranting] = useState(false);
  const [going, setGoing] = useState<Deletable[]>();
  const [updating, setUpdating] = useState<SecretAccess[]>();
  const state = useSearchValue('state');
  const mayGrant = usePermission('grant_access', secret.project);
  const add = mayGrant ? { label: words.grant, onClick: () => setGranting(true) } : undefined;
  return (
    <>
      <ResourceTable<SecretAccess>
        id="secret-access" label={words.access} path={accessPath} query={{ secret: secret.id, ...validityQuery(state) }} filters={['state']} rowName={readerName} add={add} columns={columns}
        defaultSort="created_at" hasFilter={false}
        toolbar={<StateSelect chosen={validities.some(([one]) => one === state) ? state : undefined} any={stateWords.anyState} states={validities} />}
        rowActions={mayGrant ? (row) => [
          ...(row.valid ? [] : [{ title: stateWords.update, onClick: () => setUpdating([row]) }]),
          { title: words.revoke, isDanger: true, onClick: () => setGoing([revocable(row)]) },
        ] : undefined}
        bulkActions={mayGrant ? [
          { label: stateWords.update, run: async (selection) => {
            const invalid = (await selection.rows()).filter((row) => !row.valid);
            if (invalid.length > 0) setUpdating(invalid);
            else showToast({ variant: 'info', title: stateWords.noneInvalid });
          } },
          { label: accessWords.revokeMany, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(revocable)) },
        ] : undefined}
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
      {updating && <Suspense><UpdateWindow kind={secretAccessKind} rules={updating} onClose={() => setUpdating(undefined)} /></Suspense>}
      {going && <ConfirmDelete isAccess countsRobots={false} items={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}
