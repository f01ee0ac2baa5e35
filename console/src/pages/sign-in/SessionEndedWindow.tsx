import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { useEffect } from 'react';
import { sessions } from '../../api/client';
import { clearSession, setSession, useSession } from '../../api/session';
import { signIn as words } from '../../app/messages/signIn';
import { SignInForm } from './SignInForm';

/** Over a page whose session ended: nothing of the page is lost, and what it asked for is asked again. */
export default function SessionEndedWindow() {
  const { user } = useSession();
  useEffect(() => {
    // Signed in again in another tab: this one needs no password.
    const look = () => {
      if (document.visibilityState === 'visible') sessions.read().then(setSession, () => undefined);
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, []);
  return (
    <Modal isOpen variant="small" aria-labelledby="ended-title" aria-describedby="ended-body" elementToFocus="input[type=password]">
      <ModalHeader title={words.again} description={words.againBody} labelId="ended-title" />
      <ModalBody id="ended-body"><SignInForm user={user.name} /></ModalBody>
      <ModalFooter><Button variant="link" onClick={clearSession}>{words.other}</Button></ModalFooter>
    </Modal>
  );
}
