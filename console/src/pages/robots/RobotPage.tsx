import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { robots as words } from '../../app/messages/robots';
import { access as accessWords } from '../../app/messages/access';
import { robotIdentities as identityWords } from '../../app/messages/robotIdentities';
import { trust } from '../../app/messages/trust';
import { carry } from '../../app/url';
import ConfirmDelete from '../../components/ConfirmDelete';
import { DeletedPage } from '../../components/DeletedPage';
import { DetailPage } from '../../components/DetailPage';
import { Facts } from '../../components/Facts';
import { KilledAlert } from '../../components/KilledAlert';
import { useKills } from '../../components/kills';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { ResourceTable, type Column } from '../../components/ResourceTable';
import { ServerTrust } from '../../components/ServerTrust';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { GrantAccessWindow } from '../vault/robot-access/GrantAccessWindow';
import { ruleColumns, ruleName, type RobotAccess } from '../vault/robot-access/rules';
import { useRules } from '../vault/robot-access/useRules';
import { RobotIdentities } from './identities/RobotIdentities';
import { RobotKeys } from './RobotKeys';
import { deletable, kindName, type Robot } from './RobotList';
import { RobotWindow } from './RobotWindow';

const RobotSecrets = lazy(() => import('./RobotSecrets'));
const KillWindow = lazy(() => import('../../components/KillWindow'));
const RobotInputs = lazy(() => import('./inputs/RobotInputs'));

const base = '/repository/robots';

/** One robot: its keys, and what it can read. */
export default function RobotPage({ id, isEditing }: { id: string; isEditing: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isGoing, setGoing] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const may = usePermissions();
  const stops = useKills();
  const robot = useQuery({
    queryKey: ['/api/v1/robots', id], queryFn: ({ signal }) => api.get('/api/v1/robots/{id}', { path: { id }, signal }),
  });
  const list = { title: words.title, href: carry(base, search) };
  if (robot.isPending) return <PageLoading />;
  if (!robot.data) {
    const isGone = isProblem(robot.error, 'not_found');
    const said = <PageError title={isGone ? words.gone : text.common.pageFailed} error={robot.error} retry={() => void robot.refetch()} />;
    if (!isGone) return said;
    return (
      <DeletedPage<Robot> list={list} path="/api/v1/robots" id={id} nameOf={(row) => row.name} gone={said}>
        {(row) => <AboutRobot robot={row} />}
      </DeletedPage>
    );
  }
  const { project, name } = robot.data;
  const stopped = stops({ robot: id, project });
  const mayChange = may('configure', project);
  const mayStop = may('kill', project) && stopped?.scope !== 'robot';
  const actions = (mayChange || mayStop) && (
    <Flex>
      {mayChange && <Button variant="secondary" onClick={() => navigate(carry(`${base}/${id}/edit`, search))}>{text.common.edit}</Button>}
      {mayStop && <Button variant="secondary" isDanger onClick={() => setStopping(true)}>{text.common.stop}</Button>}
      {mayChange && <Button variant="secondary" isDanger onClick={() => setGoing(true)}>{text.common.delete}</Button>}
    </Flex>
  );
  return (
    <DetailPage list={list} title={name} status={stopped && <StatusLabel state="stopped" />} actions={actions}>
      {stopped && <PageSection><KilledAlert kill={stopped} subject={id} /></PageSection>}
      <PageSection><AboutRobot robot={robot.data} /></PageSection>
      {robot.data.kind === 'basic_engine' && <Suspense fallback={<PageLoading />}><RobotInputs robot={robot.data} /></Suspense>}
      <PageSection>
        <Title headingLevel="h2">{words.keys}</Title>
        <Content component="p">{words.keysLead}</Content>
        <RobotKeys robot={robot.data} />
      </PageSection>
      <PageSection>
        <Title headingLevel="h2">{identityWords.title}</Title>
        <Content component="p">{identityWords.lead}</Content>
        <RobotIdentities robot={robot.data} />
      </PageSection>
      <PageSection>
        <Title headingLevel="h2">{trust.title}</Title>
        <ServerTrust />
      </PageSection>
      <PageSection isFilled>
        <Title headingLevel="h2">{words.reads}</Title>
        <Content component="p">{words.readsLead}</Content>
        <Readable robot={robot.data} />
      </PageSection>
      <PageSection>
        <Title headingLevel="h2">{words.secrets}</Title>
        <Content component="p">{words.secretsLead}</Content>
        <Suspense fallback={<PageLoading />}><RobotSecrets robot={robot.data} /></Suspense>
      </PageSection>
      {isEditing && (
        <RobotWindow key={robot.data.revision} robot={robot.data} reload={() => void robot.refetch()}
          onClose={() => navigate(carry(`${base}/${id}`, search))} />
      )}
      {isStopping && (
        <Suspense><KillWindow scope="robot" subject={id} name={name} place={project} onClose={() => setStopping(false)} /></Suspense>
      )}
      {isGoing && (
        <ConfirmDelete items={[deletable(robot.data)]} onClose={() => setGoing(false)} onDeleted={() => navigate(list.href)} />
      )}
    </DetailPage>
  );
}

function AboutRobot({ robot }: { robot: Robot }) {
  return (
    <Facts label={words.about} facts={[
      [words.project, <Link href={`/repository/projects/${robot.project}`}>{robot.project_name}</Link>],
      [words.path, robot.path || words.root],
      [words.kind, kindName(robot.kind)],
      ...(robot.kind === 'runner' ? [[words.serves, robot.serves.map((path) => path || words.root).join(', ')] as const] : []),
      [text.common.created, <Time value={robot.created_at} />],
      ...(robot.reported_revision ? [[words.reported, robot.reported_revision] as const] : []),
      ...(robot.missing_dependencies.length > 0 ? [[words.lacks, robot.missing_dependencies.join(', ')] as const] : []),
    ]} />
  );
}

function Readable({ robot }: { robot: Robot }) {
  const [isGranting, setGranting] = useState(false);
  const mayGrant = usePermission('grant_access', robot.project);
  const rules = useRules({ robot: robot.id }, robot.project);
  const add = mayGrant ? { label: accessWords.grant, onClick: () => setGranting(true) } : undefined;
  const by: Column<RobotAccess> = {
    ...ruleColumns.reader, header: words.by,
    cell: (row) => (row.path_pattern === null ? words.byRobot : words.byPattern(row.path_pattern)),
    csv: (row) => (row.path_pattern === null ? words.byRobot : words.byPattern(row.path_pattern)),
  };
  return (
    <>
      <ResourceTable<RobotAccess>
        id="robot-reads" label={words.reads} path="/api/v1/robot-access" query={rules.query} filters={['state']} rowName={ruleName} add={add}
        columns={[ruleColumns.client, ruleColumns.targetSystem, by, ruleColumns.state, ruleColumns.lastUsed, { ...ruleColumns.granted, isHiddenByDefault: true }]}
        toolbar={rules.toolbar} rowActions={rules.rowActions} bulkActions={rules.bulkActions}
        empty={<ReadsNothing add={add} />}
      />
      {isGranting && <GrantAccessWindow robot={robot} onClose={() => setGranting(false)} />}
      {rules.windows}
    </>
  );
}

function ReadsNothing({ add }: { add?: { label: string; onClick: () => void } }) {
  return (
    <EmptyState titleText={words.readsNothing} headingLevel="h3">
      <EmptyStateBody>{words.readsNothingBody}</EmptyStateBody>
      {add && (
        <EmptyStateFooter>
          <EmptyStateActions><Button variant="secondary" onClick={add.onClick}>{add.label}</Button></EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
