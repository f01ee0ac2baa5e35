import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { authorize as words } from '../../../app/messages/authorize';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { SecretField } from '../../../components/SecretField';

const labels = { '/username': words.username, '/password': words.password };

interface PasswordBoxProps {
  client: string;
  /** The client's; its token endpoint gets the password. */
  targetSystem: string;
  /** Whose password is expected; or ''. */
  username: string;
  /** The provider was asked, whatever it said. */
  onAsked: (authorization: components['schemas']['Authorization']) => void;
}

/** Where the provider knows no other way: user name and password, for one request. */
export function PasswordBox({ client, targetSystem, username: expected, onAsked }: PasswordBoxProps) {
  const [username, setUsername] = useState(expected);
  const [password, setPassword] = useState('');
  const path = { id: targetSystem };
  const system = useQuery({ queryKey: ['target-systems', targetSystem, 'endpoint'], queryFn: () => api.get('/api/v1/target-systems/{id}', { path }), staleTime: 0 });
  const endpoint = system.data?.token_endpoint ?? '';
  const send = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/password-sign-in', { path: { id: client }, body: { token_endpoint: endpoint, username: username.trim(), password } }),
    gcTime: 0,
    onSuccess: onAsked,
    onSettled: () => {
      setPassword('');
      void system.refetch();
    },
  });
  const isReady = endpoint !== '' && username.trim() !== '' && password !== '';
  return (
    <Form isWidthLimited onSubmit={(event) => {
      event.preventDefault();
      if (isReady && !send.isPending) send.mutate();
    }}>
      <Alert isInline variant="warning" title={words.passwordTitle}>{words.passwordWhy}</Alert>
      <FormError error={send.error ?? system.error} labels={labels} />
      {endpoint !== '' && <Content component="p">{words.passwordGoesTo} <bdi>{endpoint}</bdi></Content>}
      <Field pointer="/username" label={words.username} isRequired error={fieldError(send.error, '/username', labels)}>
        {(control) => (
          <TextInput {...control} value={username} autoComplete="off" spellCheck={false} onChange={(_, value) => setUsername(value)} />
        )}
      </Field>
      <SecretField pointer="/password" label={words.password} isRequired value={password} onChange={setPassword}
        error={fieldError(send.error, '/password', labels)} />
      <ActionGroup>
        <Button type="submit" isDisabled={!isReady || send.isPending} isLoading={send.isPending}
          spinnerAriaLabel={text.common.loading}>{words.giveAway}</Button>
      </ActionGroup>
    </Form>
  );
}
