import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useEffect } from 'react';
import { sessions } from '../../api/client';
import { clearSession, hearOtherTabs, setSession, useSession, useSessionState } from '../../api/session';
import { signIn as words } from '../../app/messages/signIn';
import { SignInForm } from './SignInForm';
import SignOnButtons from './SignOnButtons';

/** Over a page whose session ended: nothing of the page is lost, and what it asked for is asked again. */
export default function SessionEndedWindow() {
  const { user } = useSession();
  const now = useSessionState();
  const isElsewhere = 'elsewhere' in now && now.elsewhere;
  useEffect(() => {
    // Signed in again in another tab: this one needs no password.
    const read = () => void sessions.read().then(setSession, () => undefined);
    const look = () => {
      if (document.visibilityState === 'visible') read();
    };
    const forget = hearOtherTabs('signed_in', read);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      forget();
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, []);
  return (
    <Modal isOpen variant="small" aria-labelledby="ended-title" aria-describedby="ended-body" elementToFocus="input[type=password]">
      <ModalHeader title={isElsewhere ? words.elsewhere : words.again} description={words.againBody} labelId="ended-title" />
      <ModalBody id="ended-body">
        <Stack hasGutter>
          <StackItem><SignInForm user={user.name} /></StackItem>
          {/* Whoever comes back from there is found signed in as this page is looked at again. */}
          <SignOnButtons opensTab />
        </Stack>
      </ModalBody>
      <ModalFooter><Button variant="link" onClick={() => clearSession()}>{words.other}</Button></ModalFooter>
    </Modal>
  );
}
