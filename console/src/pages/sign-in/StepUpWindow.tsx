import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useEffect, useId, useState, type FormEvent } from 'react';
import { stepUp } from '../../api/account';
import { ApiError, isProblem } from '../../api/problem';
import { useSession, waitForSignIn } from '../../api/session';
import { endStepUp } from '../../api/stepUp';
import { text } from '../../app/messages';
import { signIn } from '../../app/messages/signIn';
import { stepUp as words } from '../../app/messages/stepUp';
import { Field } from '../../components/Field';
import { errorText, focusSoon } from '../../components/FormError';
import { CodeField } from './CodeField';
import { SignOnAgain } from './SignOnAgain';

// Of their own: forms under this window have fields of these names too.
const passwordPointer = '/step_up/password';
const codePointer = '/step_up/code';

function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return errorText(error);
  if (isProblem(error, 'wrong_credentials')) return words.wrong;
  if (error.status === 429) return signIn.tooMany(error.problem.retry_after ?? 60);
  return errorText(error);
}

/** Opens by itself where a request wants to know once more who asks; what was asked for goes on when it closes. */
export default function StepUpWindow() {
  const { user, step_up_ways: ways = ['password'], sign_on_provider: provider } = useSession();
  const [signsOn, setSignsOn] = useState(!ways.some((way) => way !== 'single_sign_on'));
  const [wantsCode, setWantsCode] = useState(ways.includes('code'));
  const wantsPassword = ways.includes('password') || !ways.includes('code');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const give = async () => {
    try {
      await stepUp(wantsPassword ? password : undefined, wantsCode ? code : undefined);
      endStepUp(true);
    } catch (failure) {
      if (isProblem(failure, 'second_factor_required') && !wantsCode) return setWantsCode(true);
      if (isProblem(failure, 'sign_on_again')) return setSignsOn(true);
      // The session has ended meanwhile: signing in shows as much as this would have.
      if (isProblem(failure, 'unauthenticated')) return waitForSignIn().then(() => endStepUp(true), () => endStepUp(false));
      setError(failure);
      setPassword('');
      setCode('');
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    await give();
    setBusy(false);
  };
  const isComplete = (!wantsPassword || password !== '') && (!wantsCode || code.trim() !== '');
  const cancel = () => endStepUp(false);
  useEscape(cancel);
  useEffect(() => focusSoon(passwordPointer, codePointer), [error]);
  useEffect(() => (wantsCode && password !== '' ? focusSoon(codePointer) : undefined), [wantsCode]);
  return (
    <Modal isOpen variant="small" onClose={cancel} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.title} description={words.body} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        {signsOn ? <SignOnAgain /> : (
          <Form id={`${id}-form`} onSubmit={(event) => void submit(event)}>
            {error !== undefined && <Alert isInline isLiveRegion variant="danger" title={refusal(error)} />}
            {/* So that a password manager knows whose password is asked for. */}
            <input type="text" hidden readOnly autoComplete="username" value={user.name} />
            {wantsPassword && (
              <Field pointer={passwordPointer} label={signIn.password} isRequired>
                {(control) => (
                  <TextInput {...control} type="password" autoComplete="current-password" value={password}
                    onChange={(_, value) => setPassword(value)} />
                )}
              </Field>
            )}
            {wantsCode && <CodeField pointer={codePointer} value={code} onChange={setCode} />}
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {signsOn ? provider && <Button onClick={() => endStepUp(true)}>{words.cameBack}</Button> : (
          <Button type="submit" form={`${id}-form`} isDisabled={!isComplete} isLoading={isBusy} spinnerAriaLabel={text.common.loading}>
            {words.submit}
          </Button>
        )}
        <Button variant="link" onClick={cancel}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}

/** Escape closes this window and no other: the kit would tell every one that is open. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    };
    window.addEventListener('keydown', heard, { capture: true });
    return () => window.removeEventListener('keydown', heard, { capture: true });
  }, []);
}
