import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { readSessionAgain, secondFactor } from '../../api/account';
import { useSession } from '../../api/session';
import { text } from '../../app/messages';
import { secondFactor as words } from '../../app/messages/account';
import { Facts } from '../../components/Facts';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';
import { Part } from './Part';
import { fewCodesLeft, hasPassword, hasSecondFactor } from './signInWays';

const SetUpWindow = lazy(() => import('./SetUpWindow'));
const RecoveryCodesWindow = lazy(() => import('./RecoveryCodesWindow'));

/** The second factor of whoever is signed in: set up, recovery codes, turned off. */
export function SecondFactor() {
  const session = useSession();
  if (!hasPassword(session)) return <Part title={words.title}><Content component="p">{words.elsewhere}</Content></Part>;
  return hasSecondFactor(session) ? <WithSecondFactor /> : <WithoutSecondFactor />;
}

function WithoutSecondFactor() {
  const [codes, setCodes] = useState<string[]>();
  // The secret does not stay behind in the page's memory of requests.
  const begin = useMutation({ mutationFn: secondFactor.begin, gcTime: 0 });
  const actions = (
    <Button variant="primary" isLoading={begin.isPending} isDisabled={begin.isPending} spinnerAriaLabel={text.common.loading}
      onClick={() => begin.mutate()}>
      {words.setUp}
    </Button>
  );
  return (
    <Part title={words.title} status={<Label variant="outline">{words.off}</Label>} actions={actions}>
      {begin.isError && <Alert isInline isLiveRegion variant="danger" title={errorText(begin.error)} />}
      <Content component="p">{words.lead}</Content>
      <Suspense>
        {begin.data && !codes && (
          <SetUpWindow pending={begin.data} onClose={begin.reset} onDone={setCodes} />
        )}
        {codes && (
          <RecoveryCodesWindow codes={codes} onClose={() => {
            setCodes(undefined);
            begin.reset();
            showToast({ title: words.done });
            void readSessionAgain();
          }} />
        )}
      </Suspense>
    </Part>
  );
}

function WithSecondFactor() {
  const session = useSession();
  const [asked, setAsked] = useState<'codes' | 'end'>();
  const [codes, setCodes] = useState<string[]>();
  const few = fewCodesLeft(session);
  const actions = (
    <>
      <Button variant="secondary" onClick={() => setAsked('codes')}>{words.newCodes}</Button>
      <Button variant="secondary" isDanger onClick={() => setAsked('end')}>{words.turnOff}</Button>
    </>
  );
  const renew = async () => setCodes(await secondFactor.newRecoveryCodes());
  const end = async () => {
    await secondFactor.end();
    showToast({ title: words.turnedOff });
    await readSessionAgain();
  };
  const close = () => setAsked(undefined);
  return (
    <Part title={words.title} status={<Label variant="outline" status="success">{words.on}</Label>} actions={actions}>
      <Content component="p">{words.lead}</Content>
      {few !== undefined && <Alert isInline variant="warning" title={words.few(few)}>{words.fewBody}</Alert>}
      <Facts label={words.title} facts={[[words.left, session.second_factor?.recovery_codes_left]]} />
      {asked === 'codes' && !codes && (
        <Question title={words.newCodesTitle} action={words.newCodesAction} run={renew} onClose={close} staysOpen><p>{words.newCodesBody}</p></Question>
      )}
      {asked === 'end' && (
        <Question title={words.turnOffTitle} action={words.turnOff} run={end} onClose={close}><p>{words.turnOffBody}</p></Question>
      )}
      <Suspense>
        {codes && (
          <RecoveryCodesWindow codes={codes} onClose={() => {
            setCodes(undefined);
            close();
            void readSessionAgain();
          }} />
        )}
      </Suspense>
    </Part>
  );
}
