import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { text } from '../../app/messages';
import { ChangePasswordForm } from './ChangePasswordForm';

/** Changing one's password at any time, from the user menu. */
export default function ChangePasswordWindow({ onClose }: { onClose: () => void }) {
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="password-title" aria-describedby="password-body">
      <ModalHeader title={text.changePassword.title} labelId="password-title" />
      <ModalBody id="password-body"><ChangePasswordForm onChanged={onClose} /></ModalBody>
    </Modal>
  );
}
