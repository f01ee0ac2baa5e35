import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { lazy, Suspense, useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { sessions } from '../../api/client';
import { ApiError, isProblem } from '../../api/problem';
import { setSession, tellOtherTabs } from '../../api/session';
import { text } from '../../app/messages';
import { signIn as words } from '../../app/messages/signIn';
import { Field } from '../../components/Field';
import { errorText, focusSoon } from '../../components/FormError';

const CodeField = lazy(() => import('./CodeField').then(({ CodeField: field }) => ({ default: field })));

function refusal(error: unknown, isCode: boolean): string {
  if (!(error instanceof ApiError)) return errorText(error);
  if (error.status === 401) return isCode ? words.wrongCode : words.wrong;
  if (error.status === 429) return words.tooMany(error.problem.retry_after ?? 60);
  return errorText(error);
}

export interface SignInFormProps {
  /** Whose session ended; left out: anybody's. */
  user?: string;
  /** Stands above the boxes: why somebody has to sign in. */
  notice?: ReactNode;
}

/** Name and password, then a code where the server wants one; on the page of its own, and in the window over a page whose session ended. */
export function SignInForm({ user: known, notice }: SignInFormProps) {
  const [user, setUser] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [wantsCode, setWantsCode] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      setSession(await sessions.begin(user, password, wantsCode ? code : undefined));
      tellOtherTabs('signed_in');
    } catch (failure) {
      const isNext = isProblem(failure, 'second_factor_required') && !wantsCode;
      if (isNext) setWantsCode(true);
      else setError(failure);
      // The password was right where a code is asked for, and is sent once more with it.
      if (!isNext && !wantsCode) setPassword('');
      setCode('');
    } finally {
      setBusy(false);
    }
  };
  const startAgain = () => {
    setWantsCode(false);
    setPassword('');
    setError(undefined);
  };
  useEffect(() => (error !== undefined ? focusSoon('/code', '/password') : undefined), [error]);
  const isComplete = user !== '' && password !== '' && (!wantsCode || code.trim() !== '');
  return (
    <Form onSubmit={(event) => void submit(event)}>
      {notice}
      {error !== undefined && <Alert isInline isLiveRegion variant="danger" title={refusal(error, wantsCode)} />}
      <Field pointer="/user" label={words.user} isRequired>
        {(control) => (
          <TextInput {...control} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} value={user}
            readOnlyVariant={known || wantsCode ? 'default' : undefined} onChange={(_, value) => setUser(value)} />
        )}
      </Field>
      {wantsCode ? <Suspense><CodeField value={code} onChange={setCode} takesFocus /></Suspense> : (
        <Field pointer="/password" label={words.password} isRequired>
          {(control) => (
            <TextInput {...control} type="password" name="password" autoComplete="current-password" value={password}
              onChange={(_, value) => setPassword(value)} />
          )}
        </Field>
      )}
      <ActionGroup>
        <Button type="submit" isBlock isDisabled={!isComplete} isLoading={isBusy} spinnerAriaLabel={text.common.loading}>
          {words.submit}
        </Button>
        {wantsCode && <Button variant="link" isBlock onClick={startAgain}>{words.startAgain}</Button>}
      </ActionGroup>
    </Form>
  );
}
