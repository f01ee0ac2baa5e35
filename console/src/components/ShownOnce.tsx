import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { useId, type ReactNode } from 'react';
import { CopyField } from './CopyField';

export interface ShownOnceProps {
  title: string;
  /** What it is, and where it belongs. */
  children: ReactNode;
  value: string;
  label: string;
  /** The one way out: nothing closes it by accident. */
  done: string;
  onClose: () => void;
}

/** A value that the server says once and never again, such as a key. */
export function ShownOnce({ title, children, value, label, done, onClose }: ShownOnceProps) {
  const id = useId();
  return (
    <Modal isOpen variant="medium" onEscapePress={() => undefined} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Content component="p">{children}</Content>
        <CopyField value={value} label={label} isCode />
      </ModalBody>
      <ModalFooter><Button onClick={onClose}>{done}</Button></ModalFooter>
    </Modal>
  );
}
