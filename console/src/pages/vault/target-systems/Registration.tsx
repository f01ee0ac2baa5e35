import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission } from '../../../api/session';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { errorText } from '../../../components/FormError';
import { Time } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';
import type { TargetSystem } from './draft';

const words = targetSystemsWords;
const path = '/api/v1/target-systems/{id}/registration';

interface RegistrationProps {
  system: TargetSystem;
  /** Whether something was entered that is not saved: it would be lost. */
  isDirty: boolean;
  /** Begins afresh with what is stored now. */
  reload: () => void;
}

/** How it registered by itself, or the way to do so where its issuer's server offers one. */
export function Registration({ system, isDirty, reload }: RegistrationProps) {
  const mayConfigure = usePermission('configure', system.project);
  const found = useQuery({
    queryKey: ['/api/v1/target-systems', system.id, 'registration', system.revision],
    queryFn: () => api.get(path, { path: { id: system.id } }),
  });
  const registration = found.data?.registration;
  const end = useMutation({
    mutationFn: () => api.delete(path, { path: { id: system.id } }),
    onSuccess: ({ left_at_provider: isLeft }) => {
      showToast(isLeft ? { variant: 'warning', title: words.deregistered, body: words.leftAtProvider } : { title: words.deregistered });
      reload();
    },
    onError: (error) => showToast({ variant: 'danger', title: words.deregisterFailed, body: errorText(error) }),
  });
  if (!registration) {
    const isOffered = system.can_register && system.consumer_key === '' && found.isSuccess;
    return isOffered && mayConfigure ? <Offer system={system} isDirty={isDirty} reload={reload} /> : null;
  }
  return (
    <FormGroup label={words.registration} role="group">
      <About registration={registration} />
      {mayConfigure && (
        <Button variant="link" isInline isDisabled={isDirty || end.isPending} onClick={() => end.mutate()}>{words.deregister}</Button>
      )}
    </FormGroup>
  );
}

function About({ registration }: { registration: components['schemas']['Registration'] }) {
  const facts = [
    { term: words.registeredAs, value: registration.client_id },
    { term: words.registeredSince, value: <Time value={registration.created_at} /> },
    ...(registration.secret_expires_at ? [{ term: words.registeredSecretEnds, value: <Time value={registration.secret_expires_at} /> }] : []),
  ];
  return (
    <>
      <DescriptionList isCompact isHorizontal>
        {facts.map(({ term, value }) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
      {!registration.is_in_use && <Alert isInline isPlain variant="info" title={words.registrationUnused} />}
      {registration.failure && <Alert isInline isPlain variant="warning" title={words.renewalFailed(registration.failure)} />}
    </>
  );
}

function Offer({ system, isDirty, reload }: RegistrationProps) {
  const [token, setToken] = useState('');
  const register = useMutation({
    mutationFn: () => api.post(path, { path: { id: system.id }, body: token ? { initial_access_token: token } : {} }),
    onSuccess: () => {
      showToast({ title: words.registered });
      reload();
    },
    onError: (error) => showToast({ variant: 'danger', title: words.registerFailed, body: errorText(error) }),
  });
  return (
    <FormGroup label={words.registration} role="group">
      <Content component="small">{words.registrationOffered}</Content>
      <Field pointer="/initial_access_token" label={words.initialToken} hint={words.initialTokenHint}>
        {(control) => <TextInput {...control} type="password" autoComplete="off" value={token} onChange={(_, value) => setToken(value)} />}
      </Field>
      <Button variant="secondary" isDisabled={isDirty || register.isPending} onClick={() => register.mutate()}>{words.register}</Button>
    </FormGroup>
  );
}
