import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/esm/components/ToggleGroup';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { access as words } from '../../app/messages/access';
import { useSearchChange, useSearchValue } from '../../app/url';
import { ResourcePicker } from '../../components/ResourcePicker';
import { ResourceTable, type Column } from '../../components/ResourceTable';
import { GrantAccessWindow, type OAuthClient } from './robot-access/GrantAccessWindow';
import type { Robot } from './robot-access/WhoMayRead';
import { ruleColumns, ruleName, type RobotAccess } from './robot-access/rules';
import { useRules } from './robot-access/useRules';

const base = '/repository/vault/robot-access';

/** Repository > Vault > Robot access: who may read what, seen from either side. */
export default function RobotAccessTab() {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const mayGrant = usePermission('grant_access', project);
  const client = useSearchValue('oauth_client');
  const robot = useSearchValue('robot');
  const isByReader = useSearchValue('view') === 'reader';
  const to = (address: string) => navigate(search ? `${address}?${search}` : address);
  const add = mayGrant ? { label: words.grant, onClick: () => to(`${base}/new`) } : undefined;
  const { client: clientColumn, targetSystem, project: projectColumn, reader, ...others } = ruleColumns;
  const columns: Column<RobotAccess>[] = [
    ...(isByReader ? [reader, clientColumn, targetSystem, projectColumn] : [clientColumn, targetSystem, projectColumn, reader]),
    others.state, others.lastUsed, { ...others.granted, isHiddenByDefault: true },
  ];
  const rules = useRules({ project, oauth_client: client, robot }, project);
  return (
    <>
      <ResourceTable<RobotAccess>
        id="robot-access" label={words.title} path="/api/v1/robot-access" query={rules.query}
        filters={['oauth_client', 'robot', 'view', 'state']} columns={columns} rowName={ruleName} hasFilter={false} add={add}
        defaultSort={isByReader ? 'path_pattern' : 'name'} toolbar={<><Directions />{rules.toolbar}</>} rowActions={rules.rowActions}
        bulkActions={rules.bulkActions} empty={<NoRule add={add} />}
      />
      {path === `${base}/new` && <GrantAccessWindow project={project} onClose={() => to(base)} />}
      {rules.windows}
    </>
  );
}

/** From which side: all rules in either order, or those of one client or one robot. */
function Directions() {
  const [, change] = useSearchChange();
  const isByReader = useSearchValue('view') === 'reader';
  const project = useSearchValue('project');
  const clientId = useSearchValue('oauth_client');
  const robotId = useSearchValue('robot');
  const client = useQuery({
    queryKey: ['/api/v1/oauth-clients', clientId], enabled: clientId !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id: clientId ?? '' }, signal }),
  });
  const robot = useQuery({
    queryKey: ['/api/v1/robots', robotId], enabled: robotId !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}', { path: { id: robotId ?? '' }, signal }),
  });
  const show = (view: 'reader' | undefined) => change({ view, oauth_client: undefined, robot: undefined, sort: undefined, page: undefined });
  return (
    <>
      <ToolbarItem>
        <ToggleGroup aria-label={words.view}>
          <ToggleGroupItem text={words.byClient} buttonId="by-client" isSelected={!isByReader} onChange={() => show(undefined)} />
          <ToggleGroupItem text={words.byReader} buttonId="by-reader" isSelected={isByReader} onChange={() => show('reader')} />
        </ToggleGroup>
      </ToolbarItem>
      <ToolbarItem>
        {isByReader ? (
          <ResourcePicker<Robot> key="robot" label={words.findRobot} placeholder={words.findRobot} path="/api/v1/robots" query={{ project }}
            rowName={(row) => words.robotAt(row.name, row.path)} rowDetail={(row) => row.project_name} value={robotId ? robot.data : undefined}
            onChange={(row) => change({ robot: row?.id, page: undefined })} />
        ) : (
          <ResourcePicker<OAuthClient> key="client" label={words.findClient} placeholder={words.findClient} path="/api/v1/oauth-clients"
            query={{ project }} rowName={(row) => row.label} rowDetail={(row) => `${row.project_name} › ${row.target_system_name}`}
            value={clientId ? client.data : undefined} onChange={(row) => change({ oauth_client: row?.id, page: undefined })} />
        )}
      </ToolbarItem>
    </>
  );
}

function NoRule({ add }: { add?: { label: string; onClick: () => void } }) {
  return (
    <EmptyState titleText={words.empty} headingLevel="h2">
      <EmptyStateBody>{words.emptyBody}</EmptyStateBody>
      {add && (
        <EmptyStateFooter>
          <EmptyStateActions><Button onClick={add.onClick}>{add.label}</Button></EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
