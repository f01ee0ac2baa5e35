import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useState, type FormEvent, type ReactNode } from 'react';
import { sessions } from '../../api/client';
import { ApiError } from '../../api/problem';
import { setSession, tellOtherTabs } from '../../api/session';
import { text } from '../../app/messages';
import { signIn as words } from '../../app/messages/signIn';
import { Field } from '../../components/Field';
import { errorText } from '../../components/FormError';

function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return errorText(error);
  if (error.status === 401) return words.wrong;
  if (error.status === 429) return words.tooMany(error.problem.retry_after ?? 60);
  return errorText(error);
}

export interface SignInFormProps {
  /** Whose session ended; left out: anybody's. */
  user?: string;
  /** Stands above the boxes: why somebody has to sign in. */
  notice?: ReactNode;
}

/** Name and password; on the page of its own, and in the window over a page whose session ended. */
export function SignInForm({ user: known, notice }: SignInFormProps) {
  const [user, setUser] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      setSession(await sessions.begin(user, password));
      tellOtherTabs('signed_in');
    } catch (failure) {
      setError(failure);
      setPassword('');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={(event) => void submit(event)}>
      {notice}
      {error !== undefined && <Alert isInline isLiveRegion variant="danger" title={refusal(error)} />}
      <Field pointer="/user" label={words.user} isRequired>
        {(control) => (
          <TextInput {...control} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} value={user}
            readOnlyVariant={known ? 'default' : undefined} onChange={(_, value) => setUser(value)} />
        )}
      </Field>
      <Field pointer="/password" label={words.password} isRequired>
        {(control) => (
          <TextInput {...control} type="password" name="password" autoComplete="current-password" value={password}
            onChange={(_, value) => setPassword(value)} />
        )}
      </Field>
      <ActionGroup>
        <Button type="submit" isBlock isDisabled={user === '' || password === ''} isLoading={isBusy}
          spinnerAriaLabel={text.common.loading}>
          {words.submit}
        </Button>
      </ActionGroup>
    </Form>
  );
}
