import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { text } from '../app/messages';
import { errorText } from './FormError';

export interface QuestionProps {
  title: string;
  children: ReactNode;
  /** What the button says that does it. */
  action: string;
  run: () => Promise<void>;
  onClose: () => void;
  /** After it was done, something else takes its place; left out: it closes. */
  staysOpen?: boolean;
}

/** Asks before something that cannot be undone, and says what went wrong where it did. */
export function Question({ title, children, action, run, onClose, staysOpen = false }: QuestionProps) {
  const id = useId();
  const doing = useMutation({ mutationFn: run, onSuccess: staysOpen ? undefined : onClose });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody id={`${id}-body`}>
        {doing.isError && <Alert isInline isLiveRegion variant="danger" title={errorText(doing.error)} />}
        {children}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={doing.isPending} isDisabled={doing.isPending} spinnerAriaLabel={text.common.loading}
          onClick={() => doing.mutate()}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}
