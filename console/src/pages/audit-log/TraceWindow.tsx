import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { auditTrail as words } from '../../app/messages/auditTrail';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { TraceResult } from './TraceResult';

const labels = { '/token': words.traceToken };

/** Asks whom this server handed a token to. The token is kept in this window alone, and goes with it. */
export default function TraceWindow({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [token, setToken] = useState('');
  const trace = useMutation({
    mutationFn: () => api.post('/api/v1/audit-events/trace-token', { body: { token: token.trim() } }),
    // It was compared and is of no more use here.
    onSuccess: () => setToken(''),
    gcTime: 0,
  });
  const isComplete = token.trim() !== '';
  return (
    <Modal isOpen variant="medium" position="top" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.traceTitle} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          <StackItem><Content component="p">{words.traceLead}</Content></StackItem>
          <StackItem>
            <Form id={`${id}-form`} autoComplete="off" onSubmit={(event) => {
              event.preventDefault();
              if (isComplete && !trace.isPending) trace.mutate();
            }}>
              <FormError error={trace.error} labels={labels} />
              <Field pointer="/token" label={words.traceToken} isRequired hint={words.traceHint} error={fieldError(trace.error, '/token', labels)}>
                {(control) => (
                  <TextArea {...control} value={token} rows={4} resizeOrientation="vertical" spellCheck={false} autoComplete="off"
                    onChange={(_, next) => {
                      setToken(next);
                      // An answer about another token would be taken for one about this.
                      if (next !== '') trace.reset();
                    }} />
                )}
              </Field>
            </Form>
          </StackItem>
          {trace.data && <StackItem><TraceResult trace={trace.data} /></StackItem>}
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={`${id}-form`} isDisabled={!isComplete} isLoading={trace.isPending} spinnerAriaLabel={text.common.loading}>
          {words.traceRun}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.close}</Button>
      </ModalFooter>
    </Modal>
  );
}
