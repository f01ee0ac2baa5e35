import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { lazy, Suspense, useEffect } from 'react';
import { Redirect } from 'wouter';
import { sessions } from '../../api/client';
import { hearOtherTabs, setSession, useSessionState } from '../../api/session';
import { text } from '../../app/messages';
import { signIn as words } from '../../app/messages/signIn';
import { safeReturn, useSearchValue } from '../../app/url';
import { EntryPage } from './EntryPage';
import { SignInForm } from './SignInForm';

const SignOnButtons = lazy(() => import('./SignOnButtons'));

/** Where everybody begins who is not signed in; goes on to where they wanted to go. */
export default function SignInPage() {
  const target = safeReturn(useSearchValue('return_to') ?? null);
  const now = useSessionState();
  const { status } = now;
  useEffect(() => {
    document.title = `${words.title} · ${text.product}`;
  }, []);
  useEffect(() => {
    // Somebody may be signed in already, and only have an old address.
    if (status === 'unknown') sessions.read().then(setSession, () => undefined);
  }, [status]);
  useEffect(() => hearOtherTabs('signed_in', () => void sessions.read().then(setSession, () => undefined)), []);
  if (status === 'signed_in') return <Redirect to={target} replace />;
  return (
    <EntryPage title={words.title}>
      <Stack hasGutter>
        <StackItem>
          <SignInForm notice={'elsewhere' in now && now.elsewhere && (
            <Alert isInline isLiveRegion variant="info" title={words.elsewhere} component="h2">{words.elsewhereBody}</Alert>
          )} />
        </StackItem>
        <Suspense><SignOnButtons /></Suspense>
        <StackItem>
          <ExpandableSection toggleText={words.forgotten}>
            <Content component="p">{words.forgottenBody}</Content>
          </ExpandableSection>
        </StackItem>
      </Stack>
    </EntryPage>
  );
}
