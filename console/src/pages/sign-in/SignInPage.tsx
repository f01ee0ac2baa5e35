import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { text } from '../../app/messages';
import { safeReturn, useSearchValue } from '../../app/url';
import { EntryPage } from './EntryPage';
import { SignInForm } from './SignInForm';

/** Where everybody begins who is not signed in; goes on to where they wanted to go. */
export default function SignInPage() {
  const target = safeReturn(useSearchValue('return_to') ?? null);
  const [, navigate] = useLocation();
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.product}`;
  }, []);
  return (
    <EntryPage title={text.signIn.title}>
      <SignInForm onSignedIn={() => navigate(target, { replace: true })} />
      <ExpandableSection toggleText={text.signIn.forgotten}>
        <Content component="p">{text.signIn.forgottenBody}</Content>
      </ExpandableSection>
    </EntryPage>
  );
}
