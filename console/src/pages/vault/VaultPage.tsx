import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import { Redirect, useLocation, useRoute, useSearch } from 'wouter';
import { text } from '../../app/messages';
import { isUnder } from '../../app/routes';
import { carry, useSearchChange } from '../../app/url';
import { FilterBox } from '../../components/FilterBox';
import { PageLoading } from '../../components/PageLoading';

const words = text.vault;

interface VaultTab {
  path: string;
  title: string;
  tab: LazyExoticComponent<ComponentType>;
}

const tabs: VaultTab[] = [
  { path: '/repository/vault/target-systems', title: words.targetSystems, tab: lazy(() => import('./TargetSystemsTab')) },
  { path: '/repository/vault/oauth-clients', title: words.oauthClients, tab: lazy(() => import('./OAuthClientsTab')) },
  { path: '/repository/vault/secrets', title: words.secrets, tab: lazy(() => import('./SecretsTab')) },
  { path: '/repository/vault/robot-access', title: words.robotAccess, tab: lazy(() => import('./RobotAccessTab')) },
];

const ClientDetailPage = lazy(() => import('./client-detail/ClientDetailPage'));
const SecretPage = lazy(() => import('./secrets/SecretPage'));

/** Repository > Vault: the lists with their windows, and a page for each OAuth client and each secret. */
export default function VaultPage() {
  const [isClient, client] = useRoute<{ id: string }>('/repository/vault/oauth-clients/:id');
  const [isSecret, secret] = useRoute<{ id: string }>('/repository/vault/secrets/:id');
  if (isClient && client.id !== 'new' && client.id !== 'import') {
    return <Suspense fallback={<PageLoading />}><ClientDetailPage key={client.id} id={client.id} /></Suspense>;
  }
  if (isSecret && secret.id !== 'new') return <Suspense fallback={<PageLoading />}><SecretPage key={secret.id} id={secret.id} /></Suspense>;
  return <VaultLists />;
}

/** Four lists under one filter, which goes along from tab to tab with the project. */
function VaultLists() {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const [, change] = useSearchChange();
  const open = tabs.find((tab) => isUnder(path, tab.path));
  if (!open) return <Redirect to={carry('/repository/vault/oauth-clients', search, ['project', 'filter'])} replace />;
  const Content = open.tab;
  return (
    <>
      <PageSection>
        <Title headingLevel="h1">{words.title}</Title>
      </PageSection>
      <PageSection>
        <FilterBox label={words.filter} placeholder={words.filterHint} value={new URLSearchParams(search).get('filter') ?? ''}
          onChange={(filter) => change({ filter, page: undefined }, true)} />
      </PageSection>
      <PageSection type="tabs">
        <Tabs activeKey={open.path} aria-label={words.tabs} usePageInsets
          onSelect={(_, to) => navigate(carry(String(to), search, ['project', 'filter']))}>
          {tabs.map((tab) => <Tab key={tab.path} eventKey={tab.path} title={<TabTitleText>{tab.title}</TabTitleText>} tabContentId="vault-tab" />)}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="vault-tab" role="tabpanel" aria-label={open.title}>
        <Suspense fallback={<PageLoading />}><Content /></Suspense>
      </PageSection>
    </>
  );
}
