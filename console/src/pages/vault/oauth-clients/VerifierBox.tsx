import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { authorize as words } from '../../../app/messages/authorize';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';

const labels = { '/verifier': words.verifier };

/** Where the provider sends nobody back: what it showed is typed here. */
export function VerifierBox({ id, onEntered }: { id: string; onEntered: () => void }) {
  const [verifier, setVerifier] = useState('');
  const enter = useMutation({
    mutationFn: () => api.post('/api/v1/authorizations/{id}/verifier', { path: { id }, body: { verifier: verifier.trim() } }),
    onSettled: onEntered,
  });
  return (
    <Form isWidthLimited onSubmit={(event) => {
      event.preventDefault();
      if (verifier.trim() !== '' && !enter.isPending) enter.mutate();
    }}>
      <FormError error={enter.error} labels={labels} />
      <Field pointer="/verifier" label={words.verifier} isRequired hint={words.verifierHint} error={fieldError(enter.error, '/verifier', labels)}>
        {(control) => (
          <TextInput {...control} value={verifier} autoComplete="off" spellCheck={false} onChange={(_, value) => setVerifier(value)} />
        )}
      </Field>
      <ActionGroup>
        <Button type="submit" variant="secondary" isDisabled={verifier.trim() === '' || enter.isPending} isLoading={enter.isPending}
          spinnerAriaLabel={text.common.loading}>{words.enterVerifier}</Button>
      </ActionGroup>
    </Form>
  );
}
