import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useState } from 'react';
import { usePermission } from '../../../api/session';
import { access as accessWords } from '../../../app/messages/access';
import { client as words } from '../../../app/messages/client';
import ConfirmDelete, { type Deletable } from '../../../components/ConfirmDelete';
import { ResourceTable } from '../../../components/ResourceTable';
import { GrantAccessWindow } from '../robot-access/GrantAccessWindow';
import { readerName, revocable, ruleColumns, type RobotAccess } from '../robot-access/rules';
import type { OAuthClient } from './health';

/** Who can read it: rules for robots and for paths. */
export function ClientAccess({ client }: { client: OAuthClient }) {
  const [isGranting, setGranting] = useState(false);
  const [going, setGoing] = useState<Deletable[]>();
  const mayGrant = usePermission('grant_access');
  const add = mayGrant ? { label: accessWords.grant, onClick: () => setGranting(true) } : undefined;
  return (
    <>
      <ResourceTable<RobotAccess>
        id="client-access" label={words.access} path="/api/v1/robot-access" query={{ oauth_client: client.id }} rowName={readerName} add={add}
        columns={[ruleColumns.reader, ruleColumns.granted]} defaultSort="created_at" hasFilter={false}
        rowActions={mayGrant ? (row) => [{ title: accessWords.revoke, isDanger: true, onClick: () => setGoing([revocable(row)]) }] : undefined}
        bulkActions={mayGrant ? [{
          label: accessWords.revokeMany, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(revocable)),
        }] : undefined}
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
      {isGranting && <GrantAccessWindow client={client} onClose={() => setGranting(false)} />}
      {going && <ConfirmDelete isAccess items={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}
