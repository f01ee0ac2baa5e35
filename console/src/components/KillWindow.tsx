import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { api } from '../api/client';
import type { components } from '../api/schema';
import { text } from '../app/messages';
import { kill as words } from '../app/messages/kill';
import { Field } from './Field';
import { errorText, fieldError } from './FormError';
import { showToast } from './toastStore';

type Subject = Pick<components['schemas']['KillInput'], 'robot' | 'oauth_client' | 'target_system' | 'project' | 'service_provider'>;

interface Props {
  subject: Subject;
  name: string;
  onClose: () => void;
}

const labels = { '/reason': words.reason };

/** Asks why before it stops something at once, with everything below it. */
export function KillWindow({ subject, name, onClose }: Props) {
  const id = useId();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [isRevoking, setRevoking] = useState(true);
  const stop = useMutation({
    mutationFn: () => api.post('/api/v1/kills', { body: { ...subject, reason, revoke_upstream: isRevoking } }),
    onSuccess: (made) => {
      showToast({ variant: made.durable ? 'success' : 'warning', title: words.stopped(name), body: made.durable ? undefined : words.notDurable });
      onClose();
    },
    onError: (error) => {
      if (!fieldError(error, '/reason', labels)) showToast({ variant: 'danger', title: words.failed, body: errorText(error) });
    },
    onSettled: () => queries.invalidateQueries(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!stop.isPending) stop.mutate();
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.title(name)} labelId={`${id}-title`} titleIconVariant="danger" />
      <ModalBody id={`${id}-body`}>
        <p>{words.body}</p>
        <Form id={`${id}-form`} onSubmit={submit} noValidate>
          <Field pointer="/reason" label={words.reason} isRequired hint={words.reasonHint} error={fieldError(stop.error, '/reason', labels)}>
            {(control) => <TextInput {...control} value={reason} onChange={(_, value) => setReason(value)} />}
          </Field>
          <Checkbox id={`${id}-revoke`} label={words.revoke} description={words.revokeHint} isChecked={isRevoking}
            onChange={(_, checked) => setRevoking(checked)} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form={`${id}-form`} isLoading={stop.isPending} spinnerAriaLabel={text.common.loading}>
          {words.stop}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}
