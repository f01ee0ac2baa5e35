import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { lazy, Suspense, useState } from 'react';
import { useSession, type Session } from '../../api/session';
import { text } from '../../app/messages';
import { account as words } from '../../app/messages/account';
import { sessions } from '../../app/messages/sessions';
import { Facts } from '../../components/Facts';
import { SessionTable } from '../../components/SessionTable';
import { Part } from './Part';
import { SecondFactor } from './SecondFactor';
import { hasPassword, hasSecondFactor } from './signInWays';

const ChangePasswordWindow = lazy(() => import('../sign-in/ChangePasswordWindow'));

function signsIn(session: Session): string {
  if (!hasPassword(session)) return words.bySingleSignOn;
  return hasSecondFactor(session) ? words.byPasswordAndCode : words.byPassword;
}

/** Who one is, how one shows it, and where one has done so. */
export default function SignInTab() {
  const session = useSession();
  const [isChanging, setChanging] = useState(false);
  const { user } = session;
  const change = hasPassword(session) && <Button variant="secondary" onClick={() => setChanging(true)}>{words.change}</Button>;
  return (
    <Stack hasGutter>
      <StackItem>
        <Part title={words.about} actions={change}>
          <Facts label={words.about} facts={[
            [words.user, <bdi>{user.name}</bdi>],
            [words.fullName, user.full_name || text.common.emptyValue],
            [words.email, user.email || text.common.emptyValue],
            [words.signsIn, signsIn(session)],
          ]} />
        </Part>
      </StackItem>
      <StackItem><SecondFactor /></StackItem>
      <StackItem>
        <Part title={sessions.title}>
          <Content component="p">{sessions.leadOwn}</Content>
          <SessionTable path="/api/v1/sessions" mayEnd isOwn />
        </Part>
      </StackItem>
      <Suspense>{isChanging && <ChangePasswordWindow onClose={() => setChanging(false)} />}</Suspense>
    </Stack>
  );
}
