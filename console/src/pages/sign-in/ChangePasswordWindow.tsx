import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { changePassword as words } from '../../app/messages/signIn';
import { ChangePasswordForm } from './ChangePasswordForm';

/** Changing one's password at any time, from the user menu. */
export default function ChangePasswordWindow({ onClose }: { onClose: () => void }) {
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="password-title" aria-describedby="password-body">
      <ModalHeader title={words.title} labelId="password-title" />
      <ModalBody id="password-body"><ChangePasswordForm onChanged={onClose} /></ModalBody>
    </Modal>
  );
}
