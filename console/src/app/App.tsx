import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { sessions } from '../api/client';
import { ApiError } from '../api/problem';
import { clearSession, endSessionElsewhere, hearOtherTabs, setSession, useSessionState } from '../api/session';
import { PageError } from '../components/PageError';
import { PageLoading } from '../components/PageLoading';
import { Toasts } from '../components/Toasts';
import { hasUnsaved } from './leaveGuard';
import { adoptTheme } from './theme';
import { text } from './messages';

const Shell = lazy(() => import('../layout/Shell'));
const SignInPage = lazy(() => import('../pages/sign-in/SignInPage'));
const ChangePasswordPage = lazy(() => import('../pages/sign-in/ChangePasswordPage'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server has answered it would answer again; only silence is worth another try.
      retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
    mutations: { retry: false },
  },
});

/** The console: reads the session first, then shows what it allows. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Suspense fallback={<PageLoading />}>
        <Switch>
          <Route path="/sign-in"><SignInPage /></Route>
          <Route><SignedIn /></Route>
        </Switch>
      </Suspense>
      <Toasts />
    </QueryClientProvider>
  );
}

function SignedIn() {
  const current = useSessionState();
  const [path] = useLocation();
  const search = useSearch();
  const [failure, setFailure] = useState<unknown>();
  const isUnknown = current.status === 'unknown';

  useEffect(() => {
    if (!isUnknown || failure) return;
    sessions.read().then(setSession, (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) clearSession();
      else setFailure(error);
    });
  }, [isUnknown, failure]);

  useEffect(() => hearOtherTabs('signed_out', () => endSessionElsewhere(hasUnsaved())), []);

  useEffect(() => {
    if (current.status === 'signed_in') adoptTheme(current.session.preferences);
    // What one person read is not kept for the next.
    if (current.status === 'signed_out') queries.clear();
  }, [current.status]);

  if (current.status === 'signed_out') {
    const here = search ? `${path}?${search}` : path;
    return <Redirect to={here === '/' ? '/sign-in' : `/sign-in?return_to=${encodeURIComponent(here)}`} replace />;
  }
  if (!('session' in current)) {
    return failure ? <PageError title={text.common.pageFailed} error={failure} retry={() => setFailure(undefined)} /> : <PageLoading />;
  }
  if (current.session.must_change_password) return <ChangePasswordPage />;
  return <Shell />;
}
