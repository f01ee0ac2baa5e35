import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useSearch } from 'wouter';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { isolated, text } from '../../../app/messages';
import { client as words } from '../../../app/messages/client';
import { carry, useSearchChange, useSearchValue } from '../../../app/url';
import { DeletedPage } from '../../../components/DeletedPage';
import { DetailPage } from '../../../components/DetailPage';
import { Gone } from '../../../components/Gone';
import { KilledBy } from '../../../components/KilledAlert';
import { PageError } from '../../../components/PageError';
import { PageLoading } from '../../../components/PageLoading';
import { StatusLabel } from '../../../components/StatusLabel';
import { EventTable } from '../../audit-log/EventTable';
import { AboutClient } from './AboutClient';
import { ClientAccess } from './ClientAccess';
import { ClientActions } from './ClientActions';
import { shownState, type OAuthClient, type TargetSystem } from './health';
import { HealthAlert } from './HealthAlert';
import { useSignInWaits, waiting_ms } from './signIns';
import { UseIt } from './UseIt';

const CanaryAlert = lazy(() => import('./CanaryAlert'));

const base = '/repository/vault/oauth-clients';
const usual_ms = 30_000;
type TabId = 'overview' | 'access' | 'use' | 'history';

/** Everything about one OAuth client but its tokens, which never leave the server. */
export default function ClientDetailPage({ id }: { id: string }) {
  const search = useSearch();
  const [every, setEvery] = useState(usual_ms);
  const client = useQuery({
    queryKey: ['/api/v1/oauth-clients', id], refetchInterval: every,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id }, signal }),
  });
  const isWaiting = useSignInWaits(client.data);
  useEffect(() => setEvery(isWaiting ? waiting_ms : usual_ms), [isWaiting]);
  const systemId = client.data?.target_system;
  const system = useQuery({
    queryKey: ['/api/v1/target-systems', systemId], enabled: systemId !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/target-systems/{id}', { path: { id: systemId ?? '' }, signal }),
  });
  const list = { title: text.vault.oauthClients, href: carry(base, search, ['project', 'filter']) };
  if (client.isPending) return <PageLoading />;
  if (!client.data) {
    if (isProblem(client.error, 'not_found')) {
      return (
        <DeletedPage<OAuthClient> list={list} path="/api/v1/oauth-clients" id={id} nameOf={(row) => row.label}
          gone={<Gone title={words.gone} href={list.href} toList={words.toList} />}>
          {(row) => <AboutClient client={row} system={undefined} />}
        </DeletedPage>
      );
    }
    return <PageError title={text.common.pageFailed} error={client.error} retry={() => void client.refetch()} />;
  }
  return (
    <DetailPage
      list={list} title={client.data.label} lead={`${isolated(client.data.project_name)} › ${isolated(client.data.target_system_name)}`}
      status={<StatusLabel state={client.data.killed_by === null ? shownState(client.data, system.data, Date.now()) : 'stopped'} />}
      actions={<ClientActions client={client.data} listAddress={list.href} />}
    >
      {client.data.killed_by !== null && <PageSection><KilledBy id={client.data.killed_by} subject={client.data.id} /></PageSection>}
      {client.data.is_canary && <PageSection><Suspense><CanaryAlert client={client.data} /></Suspense></PageSection>}
      <PageSection><HealthAlert client={client.data} system={system.data} /></PageSection>
      <ClientTabs client={client.data} system={system.data} />
    </DetailPage>
  );
}

function ClientTabs({ client, system }: { client: OAuthClient; system: TargetSystem | undefined }) {
  const [, change] = useSearchChange();
  const mayReadAudit = usePermission('read_audit', client.project);
  const tabs: TabId[] = mayReadAudit ? ['overview', 'access', 'use', 'history'] : ['overview', 'access', 'use'];
  const wanted = useSearchValue('tab');
  const open = tabs.find((tab) => tab === wanted) ?? 'overview';
  return (
    <>
      <PageSection type="tabs">
        <Tabs activeKey={open} usePageInsets aria-label={words.tabs}
          onSelect={(_, tab) => change({ tab: tab === 'overview' ? undefined : String(tab), page: undefined, sort: undefined, state: undefined }, true)}>
          {tabs.map((tab) => <Tab key={tab} eventKey={tab} title={<TabTitleText>{words[tab]}</TabTitleText>} tabContentId="client-tab" />)}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="client-tab" role="tabpanel" aria-label={words[open]}>
        {open === 'overview' && <AboutClient client={client} system={system} />}
        {open === 'access' && <ClientAccess client={client} />}
        {open === 'use' && <UseIt client={client} />}
        {open === 'history' && <EventTable filter={{ subject_id: client.id }} label={words.history} />}
      </PageSection>
    </>
  );
}
