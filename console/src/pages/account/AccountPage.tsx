import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { text } from '../../app/messages';
import { account as words } from '../../app/messages/account';
import { isUnder } from '../../app/routes';
import { carry } from '../../app/url';
import { PageLoading } from '../../components/PageLoading';

interface AccountTab {
  path: string;
  title: string;
  tab: LazyExoticComponent<ComponentType>;
}

const tabs: AccountTab[] = [
  { path: '/account/sign-in', title: words.signInTab, tab: lazy(() => import('./SignInTab')) },
  { path: '/account/api-keys', title: words.keysTab, tab: lazy(() => import('./KeysTab')) },
  { path: '/account/calendar', title: words.calendarTab, tab: lazy(() => import('./CalendarTab')) },
  { path: '/account/rights', title: words.rightsTab, tab: lazy(() => import('./RightsTab')) },
];

/** What people do with their own account; everybody has one. */
export default function AccountPage() {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const open = tabs.find((tab) => isUnder(path, tab.path));
  if (!open) return <Redirect to={carry('/account/sign-in', search)} replace />;
  const Tabbed = open.tab;
  return (
    <>
      <PageSection>
        <Title headingLevel="h1">{text.masthead.account}</Title>
        <Content component="p">{words.lead}</Content>
      </PageSection>
      <PageSection type="tabs">
        <Tabs activeKey={open.path} aria-label={words.tabs} usePageInsets onSelect={(_, to) => navigate(carry(String(to), search))}>
          {tabs.map((tab) => <Tab key={tab.path} eventKey={tab.path} title={<TabTitleText>{tab.title}</TabTitleText>} tabContentId="account-tab" />)}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="account-tab" role="tabpanel" aria-label={open.title}>
        <Suspense fallback={<PageLoading />}><Tabbed /></Suspense>
      </PageSection>
    </>
  );
}
