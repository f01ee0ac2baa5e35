import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useState } from 'react';
import { usePermission } from '../../../api/session';
import { access as accessWords } from '../../../app/messages/access';
import { client as words } from '../../../app/messages/client';
import { ResourceTable } from '../../../components/ResourceTable';
import { GrantAccessWindow } from '../robot-access/GrantAccessWindow';
import { readerName, ruleColumns, type RobotAccess } from '../robot-access/rules';
import { useRules } from '../robot-access/useRules';
import type { OAuthClient } from './health';

/** Who can read it: rules for robots and for paths. */
export function ClientAccess({ client }: { client: OAuthClient }) {
  const [isGranting, setGranting] = useState(false);
  const mayGrant = usePermission('grant_access', client.project);
  const rules = useRules({ oauth_client: client.id }, client.project);
  const add = mayGrant ? { label: accessWords.grant, onClick: () => setGranting(true) } : undefined;
  return (
    <>
      <ResourceTable<RobotAccess>
        id="client-access" label={words.access} path="/api/v1/robot-access" query={rules.query} filters={['state']} rowName={readerName} add={add}
        columns={[ruleColumns.reader, ruleColumns.state, ruleColumns.lastUsed, ruleColumns.granted]} defaultSort="created_at" hasFilter={false}
        toolbar={rules.toolbar} rowActions={rules.rowActions} bulkActions={rules.bulkActions}
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
      {rules.windows}
    </>
  );
}
