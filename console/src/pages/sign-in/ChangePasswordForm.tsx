import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useState, type FormEvent } from 'react';
import { sessions } from '../../api/client';
import { setSession, useSession } from '../../api/session';
import { text } from '../../app/messages';
import { changePassword as words } from '../../app/messages/signIn';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { showToast } from '../../components/toastStore';

const labels = { '/current_password': words.current, '/new_password': words.next };

/** The current password, and a new one twice. The server decides what is good enough. */
export function ChangePasswordForm({ onChanged }: { onChanged?: () => void }) {
  const { user } = useSession();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeat, setRepeat] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const isSame = next !== '' && next === current;
  const differs = repeat !== '' && repeat !== next;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      setSession(await sessions.changePassword(current, next));
      showToast({ title: words.done });
      onChanged?.();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={(event) => void submit(event)}>
      <FormError error={error} labels={labels} />
      {/* So that a password manager knows whose entry to change. */}
      <input type="text" hidden readOnly autoComplete="username" value={user.name} />
      <Field pointer="/current_password" label={words.current} isRequired error={fieldError(error, '/current_password', labels)}>
        {(control) => (
          <TextInput {...control} type="password" autoComplete="current-password" value={current} onChange={(_, value) => setCurrent(value)} />
        )}
      </Field>
      <Field pointer="/new_password" label={words.next} isRequired hint={words.others}
        error={isSame ? words.same : fieldError(error, '/new_password', labels)}>
        {(control) => (
          <TextInput {...control} type="password" autoComplete="new-password" value={next} onChange={(_, value) => setNext(value)} />
        )}
      </Field>
      <Field pointer="/repeat" label={words.repeat} isRequired error={differs ? words.differ : undefined}>
        {(control) => (
          <TextInput {...control} type="password" autoComplete="new-password" value={repeat} onChange={(_, value) => setRepeat(value)} />
        )}
      </Field>
      <ActionGroup>
        <Button type="submit" isDisabled={!current || !next || isSame || next !== repeat} isLoading={isBusy}
          spinnerAriaLabel={text.common.loading}>
          {words.submit}
        </Button>
      </ActionGroup>
    </Form>
  );
}
