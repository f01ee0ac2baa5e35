import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { client as clientWords } from '../../../app/messages/client';
import { Time } from '../../../components/Time';
import { GrantAccessWindow } from '../robot-access/GrantAccessWindow';
import { readersOf } from '../robot-access/readers';
import { clockName } from './AboutClient';
import { endingSoon, hasLivingToken, shownState, tellsOfRevocation, type OAuthClient, type TargetSystem } from './health';
import { RevocationAlert } from './RevocationAlert';
import { SignInWaits } from './SignInWaits';

const QuarantineAlert = lazy(() => import('./QuarantineAlert'));

const words = clientWords.health;
// Robots get tokens in these, if any may.
const serving = ['active', 'expiring'];

interface Props {
  client: OAuthClient;
  system: TargetSystem | undefined;
}

const variants: Record<string, 'success' | 'warning' | 'danger' | 'info'> = {
  active: 'success', expiring: 'warning', failing: 'danger', needs_sign_in: 'danger', needs_retrieval: 'info', disabled: 'info', draft: 'info',
};

/** How it is, why, and who must act. */
export function HealthAlert({ client, system }: Props) {
  const state = shownState(client, system, Date.now());
  return state === 'quarantined' ? <AfterRestore client={client} system={system} /> : <Usually client={client} system={system} state={state} />;
}

/** What a restore left says why nothing is renewed; what is wrong besides stays. */
function AfterRestore({ client, system }: Props) {
  return (
    <Stack hasGutter>
      <StackItem><Suspense fallback={<Skeleton screenreaderText={text.common.loading} />}><QuarantineAlert client={client} /></Suspense></StackItem>
      {client.failure && (
        <StackItem><Alert isInline variant="danger" title={words.failing} component="h2"><Failure client={client} /></Alert></StackItem>
      )}
      <SignInWaits client={client} />
      <Troubles client={client} system={system} />
    </Stack>
  );
}

function Usually({ client, system, state }: Props & { state: string }) {
  const readers = useReaders(client);
  // Whatever it serves otherwise: nobody gets it, and the page says so above.
  const isStopped = client.killed_by !== null && serving.includes(state);
  const nobodyReads = !isStopped && serving.includes(state) && readers.data?.length === 0;
  // Whether robots get anything is said when it is known.
  const isKnown = !serving.includes(state) || !readers.isPending;
  const said = title(client, state, nobodyReads);
  return (
    <Stack hasGutter>
      {nobodyReads && <NobodyReads client={client} lead={state === 'active' ? said : ''} />}
      {!isKnown && <StackItem><Skeleton screenreaderText={text.common.loading} /></StackItem>}
      {isKnown && !isStopped && !(nobodyReads && state === 'active') && (
        <StackItem>
          <Alert isInline variant={variants[state] ?? 'info'} title={said} component="h2">
            <Because client={client} system={system} state={state} />
          </Alert>
        </StackItem>
      )}
      <SignInWaits client={client} />
      {tellsOfRevocation(client, Date.now()) && <StackItem><RevocationAlert client={client} /></StackItem>}
      <Troubles client={client} system={system} />
    </Stack>
  );
}

function Troubles({ client, system }: Props) {
  return troubles(client, system).map((trouble) => (
    <StackItem key={trouble.title}>
      <Alert isInline variant="warning" title={trouble.title} component="h2">{trouble.more}</Alert>
    </StackItem>
  ));
}

/** The names of the robots that can read it; asked for again with its rules. */
function useReaders(client: OAuthClient) {
  return useQuery({
    queryKey: ['/api/v1/robot-access', 'readers', client.id, client.project],
    queryFn: ({ signal }) => readersOf(client, signal),
  });
}

/** A token is of no use yet. */
function NobodyReads({ client, lead }: { client: OAuthClient; lead: string }) {
  const [isGranting, setGranting] = useState(false);
  const mayGrant = usePermission('grant_access', client.project);
  return (
    <StackItem>
      <Alert isInline variant="info" title={clientWords.noReader} component="h2"
        actionLinks={mayGrant && <AlertActionLink onClick={() => setGranting(true)}>{clientWords.grant}</AlertActionLink>}>
        {lead} {clientWords.noReaderBody}
      </Alert>
      {isGranting && <GrantAccessWindow client={client} onClose={() => setGranting(false)} />}
    </StackItem>
  );
}

function title(client: OAuthClient, state: string, nobodyReads: boolean): string {
  const words = nobodyReads ? { ...clientWords.health, ...clientWords.health.readyFor } : clientWords.health;
  if (state === 'expiring' && client.refresh?.has_refresh_token === false) return words.notRenewing;
  if (state === 'active' && client.refresh?.has_refresh_token) return client.refresh.expires_at ? words.activeUntil : words.activeRenews;
  const known = words[state as keyof typeof words];
  return typeof known === 'string' ? known : state;
}

function Because({ client, system, state }: Props & { state: string }) {
  const now = Date.now();
  if (state === 'expiring') {
    return (
      <List isPlain>
        {endingSoon(client, system, now).map((clock) => (
          <ListItem key={clock.kind}>{clockName(clock)}: <Time value={clock.ends} /></ListItem>
        ))}
      </List>
    );
  }
  if (state === 'draft') return <p>{words.draftUntil} <Time value={client.draft_expires_at} /></p>;
  if (state === 'failing' || state === 'needs_sign_in') {
    return (
      <>
        <Failure client={client} />
        <p>{hasLivingToken(client, now) ? words.failingLives : words.failingDead}</p>
        {state === 'failing' && <p>{words.nextTry}</p>}
      </>
    );
  }
  return null;
}

function Failure({ client }: { client: OAuthClient }) {
  const failure = client.failure;
  if (!failure) return null;
  return (
    <>
      {/* The provider's own words were never taken over: this is the server's text. */}
      <p>{failure.message} ({words.cause}: {failure.cause}; <Time value={failure.at} />)</p>
      <p>
        {failure.who_must_act === 'nobody' ? words.nobodyActs
          : `${words.whoActs(words.who[failure.who_must_act] ?? failure.who_must_act)} ${failure.where}`}
      </p>
      {failure.possible_reasons.length > 0 && (
        <>
          <p>{words.possibleReasons}</p>
          <List>{failure.possible_reasons.map((reason) => <ListItem key={reason}>{reason}</ListItem>)}</List>
        </>
      )}
    </>
  );
}

/** What is wrong beside the state: settings of the target system, and what the token lacks. */
function troubles(client: OAuthClient, system: TargetSystem | undefined): { title: string; more?: ReactNode }[] {
  const found: { title: string; more?: ReactNode }[] = [];
  const link = system && <Link href={`/repository/vault/target-systems/${system.id}`}>{system.name}</Link>;
  if (system?.destination_held) found.push({ title: words.held, more: link });
  if (system && system.missing.length > 0) {
    found.push({ title: words.systemMissing(system.missing.map((what) => what.replaceAll('_', ' ')).join(', ')), more: link });
  }
  if (client.token?.is_former) found.push({ title: words.isFormer });
  if (client.token?.is_bound) found.push({ title: words.isBound, more: link });
  if (client.token && client.token.missing_scopes.length > 0) {
    found.push({ title: words.missingScopes(client.token.missing_scopes.join(' ')) });
  }
  return found;
}
