import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../../../api/client';
import { ApiError } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { retrieve as words } from '../../../app/messages/retrieve';
import { useSearchChange } from '../../../app/url';
import { errorText } from '../../../components/FormError';
import { needsPerson } from '../grants';
import { clientsPath, type OAuthClient } from './clientTypes';
import { DryRun } from './DryRun';
import { FlightRecorder } from './FlightRecorder';
import { MendLinks } from './MendLinks';
import { Tenant, TokenFacts } from './TokenFacts';
import { Transcript } from './Transcript';
import { whoMustAct } from './whoMustAct';


interface RetrieveTabProps {
  client: OAuthClient;
  reload: () => Promise<unknown>;
  /** A refresh token was brought along just now: whether it works is to be seen, even where there is an access token. */
  startsAtOnce: boolean;
  onBegun: () => void;
  signInAgain: () => void;
  /** Opens *Configure* at a field. */
  configure: (pointer: string) => void;
}

/** The third tab: whether there are tokens, and what they are; never the tokens. */
export function RetrieveTab({ client, reload, startsAtOnce, onBegun, signInAgain, configure }: RetrieveTabProps) {
  const queries = useQueryClient();
  const retrieve = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/retrieve-tokens', { path: { id: client.id } }),
    onSettled: () => {
      // The list under the window tells the state, too.
      void queries.invalidateQueries({ queryKey: [clientsPath], predicate: (query) => query.queryKey[1] !== client.id });
      return reload();
    },
  });
  const mayRetrieve = usePermission('retrieve', client.project);
  // Where there is a refresh token, nobody has to come.
  const waitsForPerson = needsPerson(client.flow) && !client.refresh?.has_refresh_token;
  const isFormer = client.token?.is_former === true;
  // Starts by itself where nobody has to sign in and nothing is there yet, or nothing of today's settings.
  const begun = useRef(false);
  const [search, change] = useSearchChange();
  useEffect(() => {
    // Whoever comes back from the target system has mended it.
    const isMended = new URLSearchParams(search).has('target_system');
    if (isMended) change({ target_system: undefined }, true);
    const isDue = startsAtOnce || (!waitsForPerson && (!client.token || isFormer || isMended));
    if (begun.current || !isDue || !mayRetrieve || client.state === 'disabled') return;
    begun.current = true;
    onBegun();
    retrieve.mutate();
  }, []);
  const failed = retrieve.error ? problemOf(retrieve.error) : !retrieve.isSuccess && client.failure ? client.failure : undefined;
  const isIdle = !retrieve.isPending;
  return (
    <Stack hasGutter>
      {isFormer && (
        <StackItem>
          <Alert isInline variant="info" title={words.former}
            actionLinks={client.state === 'needs_sign_in' && <AlertActionLink onClick={signInAgain}>{words.toSignIn}</AlertActionLink>}>
            {words.formerBody}
          </Alert>
        </StackItem>
      )}
      {client.token && <StackItem><TokenFacts client={client} token={client.token} signInAgain={signInAgain} /></StackItem>}
      {retrieve.isPending && (
        <StackItem>
          <Flex role="status" spaceItems={{ default: 'spaceItemsSm' }}>
            <FlexItem><Spinner size="md" aria-hidden /></FlexItem><FlexItem>{words.asking}</FlexItem>
          </Flex>
        </StackItem>
      )}
      {isIdle && failed && (
        <StackItem>
          <FailedRetrieval client={client} failure={failed} retry={mayRetrieve ? () => retrieve.mutate() : undefined} configure={configure} />
        </StackItem>
      )}
      {isIdle && !failed && !client.token && waitsForPerson && (
        <StackItem>
          <Alert isInline variant="info" title={words.nobodyYet}
            actionLinks={<AlertActionLink onClick={signInAgain}>{words.toSignIn}</AlertActionLink>} />
        </StackItem>
      )}
      {!mayRetrieve && !client.token && <StackItem><Alert isInline variant="info" title={words.mayNot} /></StackItem>}
      {!client.token && client.effective_tenant && (
        <StackItem><Content component="p">{words.tenant}: <Tenant client={client} /></Content></StackItem>
      )}
      {client.token && mayRetrieve && !failed && (
        <StackItem>
          <Button variant="secondary" onClick={() => retrieve.mutate()} isDisabled={retrieve.isPending}>{words.again}</Button>
        </StackItem>
      )}
      <StackItem><DryRun id={client.id} /></StackItem>
      <StackItem><FlightRecorder id={client.id} /></StackItem>
      <StackItem><Content component="small">{words.neverShown}</Content></StackItem>
    </Stack>
  );
}

/** Why there is no token, as far as it is known. */
interface Failure {
  cause?: string;
  message: string;
  who_must_act?: string;
  where?: string;
}

function problemOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { message: errorText(error) };
  const { cause, who_must_act, where } = error.problem;
  return { cause: cause ?? error.kind, message: errorText(error), who_must_act, where };
}

interface FailedRetrievalProps {
  client: OAuthClient;
  failure: Failure;
  retry?: () => void;
  configure: (pointer: string) => void;
}

function FailedRetrieval({ client, failure, retry, configure }: FailedRetrievalProps) {
  const isHeld = failure.cause === 'destination_held';
  return (
    <Alert isInline isLiveRegion variant="danger" title={isHeld ? words.held : words.failed}
      actionLinks={
        <>
          {retry && <AlertActionLink onClick={retry}>{words.retry}</AlertActionLink>}
          <MendLinks client={client} cause={failure.cause} isOfSystem={failure.who_must_act === 'target_system_owner'} configure={configure} />
        </>
      }>
      <Content component="p">{failure.message}</Content>
      {isHeld && <Content component="p">{words.heldBody(client.target_system_name)}</Content>}
      <Content component="p">{whoMustAct(failure.who_must_act)} {failure.where}</Content>
      {client.token && <Content component="p">{words.servedStill}</Content>}
      <Transcript id={client.id} />
    </Alert>
  );
}
