import { Page } from '@patternfly/react-core/dist/esm/components/Page';
import { SkipToContent } from '@patternfly/react-core/dist/esm/components/SkipToContent';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useSessionState } from '../api/session';
import { useIsSteppingUp } from '../api/stepUp';
import { text } from '../app/messages';
import { isUnder, pages } from '../app/routes';
import { useShortcut } from '../app/shortcuts';
import { PageBoundary } from '../components/PageError';
import { PageLoading } from '../components/PageLoading';
import { ShellMasthead } from './ShellMasthead';
import { Navigation } from './Navigation';

// Seldom seen, and so not part of the first load.
const SessionEndedWindow = lazy(() => import('../pages/sign-in/SessionEndedWindow'));
const StepUpWindow = lazy(() => import('../pages/sign-in/StepUpWindow'));
const ShortcutsWindow = lazy(() => import('./ShortcutsWindow'));
const ChangePasswordWindow = lazy(() => import('../pages/sign-in/ChangePasswordWindow'));
const NotFoundPage = lazy(() => import('../pages/NotFoundPage'));

const mainId = 'main';
type OpenWindow = 'shortcuts' | 'password';

/** What stands around every page of somebody who is signed in. */
export default function Shell() {
  const [path] = useLocation();
  const [open, setOpen] = useState<OpenWindow>();
  const hasEnded = useSessionState().status === 'ended';
  const isSteppingUp = useIsSteppingUp();
  const current = pages.find((page) => isUnder(path, page.path));
  useShortcut('?', () => setOpen('shortcuts'));
  useEffect(() => {
    document.title = current ? `${current.title} · ${text.product}` : text.product;
  }, [current]);
  const close = () => setOpen(undefined);
  return (
    <Page
      masthead={<ShellMasthead open={setOpen} />}
      sidebar={<Navigation />}
      isManagedSidebar
      isContentFilled
      mainContainerId={mainId}
      skipToContent={<SkipToContent href={`#${mainId}`}>{text.navigation.skip}</SkipToContent>}
    >
      <PageBoundary key={current?.path}>
        <Suspense fallback={<PageLoading />}>
          <Switch>
            <Route path="/"><Redirect to="/start" replace /></Route>
            {pages.map(({ path: address, page: OnePage }) => (
              <Route key={address} path={`${address}/*?`}><OnePage /></Route>
            ))}
            <Route><NotFoundPage /></Route>
          </Switch>
        </Suspense>
      </PageBoundary>
      <Suspense>
        {open === 'shortcuts' && <ShortcutsWindow onClose={close} />}
        {open === 'password' && <ChangePasswordWindow onClose={close} />}
        {isSteppingUp && <StepUpWindow />}
        {hasEnded && <SessionEndedWindow />}
      </Suspense>
    </Page>
  );
}
