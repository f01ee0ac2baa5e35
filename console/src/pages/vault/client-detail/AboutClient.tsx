import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Grid, GridItem } from '@patternfly/react-core/dist/esm/layouts/Grid';
import { Stack } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Link } from 'wouter';
import { client as words } from '../../../app/messages/client';
import { Facts, type Fact } from '../../../components/Facts';
import { Time } from '../../../components/Time';
import Takers from '../oauth-clients/Takers';
import { needsPerson } from '../grants';
import { ClientEnds } from './ClientEnds';
import { clocksOf, endsSoon, type Clock, type OAuthClient, type TargetSystem } from './health';
import { useLastVerification } from './useVerification';
import type { Verification } from './verification';

interface Props {
  client: OAuthClient;
  system: TargetSystem | undefined;
}

/** What it is, and what of it ends when. */
export function AboutClient({ client, system }: Props) {
  const verification = useLastVerification(client);
  return (
    <Grid hasGutter>
      <GridItem xl={6}>
        <Stack hasGutter>
          <Title headingLevel="h2">{words.about}</Title>
          <Facts label={words.about} facts={aboutFacts(client)} />
        </Stack>
      </GridItem>
      <GridItem xl={6}>
        <Stack hasGutter>
          <Title headingLevel="h2">{words.clocks}</Title>
          <Facts label={words.clocks} facts={[...clockFacts(client, system), ...verificationFacts(verification)]} />
          <ClientEnds id={client.id} revisions={`${client.revision} ${client.token?.refreshed_at ?? ''} ${system?.revision ?? ''}`} />
        </Stack>
      </GridItem>
    </Grid>
  );
}

function aboutFacts(client: OAuthClient): Fact[] {
  const facts: Fact[] = [
    [words.label, client.label],
    [words.project, <Link href={`/repository/projects/${client.project}`}>{client.project_name}</Link>],
    [words.targetSystem, <Link href={`/repository/vault/target-systems/${client.target_system}`}>{client.target_system_name}</Link>],
    [words.flow, words.flows[client.flow as keyof typeof words.flows] ?? client.flow],
  ];
  if (client.flow === 'jwt_bearer') facts.push([words.subject, client.subject || words.itself]);
  if (client.subject_client) {
    facts.push([words.subjectClient, <Link href={`/repository/vault/oauth-clients/${client.subject_client}`}>{client.subject_client_label}</Link>]);
  }
  if (needsPerson(client.flow)) facts.push(...accountFacts(client));
  if (client.effective_tenant) {
    const source = words.tenantSource[client.tenant_source];
    facts.push([words.tenant, source ? `${client.effective_tenant} (${source})` : client.effective_tenant]);
  }
  if (client.token) facts.push([words.scopes, client.token.scope || words.noScopes]);
  if (client.owner.name || client.owner.email) facts.push([words.owner, [client.owner.name, client.owner.email].filter(Boolean).join(', ')]);
  facts.push([words.basicEngine, client.allow_basic_engine_robots ? words.basicEngineYes : words.basicEngineNo]);
  if (client.allow_basic_engine_robots) facts.push([words.basicEngineTakers, <Takers client={client} />]);
  facts.push([words.id, client.id]);
  return facts;
}

function accountFacts(client: OAuthClient): Fact[] {
  const account = client.account;
  const who = account ? account.name || account.subject : client.signed_in_at ? words.unknownAccount : words.nobodySignedIn;
  return [
    [words.account, who],
    [words.expectedAccount, client.expected_account || words.anybody],
    [words.signedInAt, <Time value={client.signed_in_at} />],
  ];
}

/** What ends, in words. */
export function clockName(clock: Clock): string {
  switch (clock.kind) {
    case 'access_token': return words.accessToken;
    case 'refresh_token': return words.refreshEnds;
    case 'consumer_secret': return words.secretEnds;
    case 'client_key': return words.keyEnds(clock.name);
    case 'client_certificate': return words.certificateEnds(clock.name);
    case 'draft': return words.draftEnds;
  }
}

function clockFacts(client: OAuthClient, system: TargetSystem | undefined): Fact[] {
  const token = client.token;
  const facts: Fact[] = [[words.accessToken, token ? <Ends value={token.expires_at} unknown={words.accessTokenUnknown} /> : words.accessTokenNone]];
  if (token) facts.push([words.accessTokenFrom, <Time value={token.refreshed_at} />]);
  if (client.refresh) {
    facts.push([words.refreshIssued, client.refresh.has_refresh_token ? <Time value={client.refresh.issued_at} /> : words.refreshNone]);
  }
  clocksOf(client, system).forEach((clock, at, all) => {
    const unknown = clock.kind === 'refresh_token' ? words.refreshUnknown : words.noEnd;
    // Two secrets have no names: numbers tell them apart.
    const same = all.filter((other) => clockName(other) === clockName(clock));
    const term = same.length > 1 ? `${clockName(clock)} (${all.slice(0, at + 1).filter((other) => clockName(other) === clockName(clock)).length})`
      : clockName(clock);
    facts.push([term, <Ends value={clock.ends} unknown={unknown} isWarned />]);
  });
  if (client.draft_expires_at) facts.push([words.draftEnds, <Time value={client.draft_expires_at} />]);
  return facts;
}

function verificationFacts(found: Verification | null): Fact[] {
  if (found === null) return [];
  const facts: Fact[] = [[words.verification, <><Time value={found.at} /> {words.verified[found.outcome]}</>]];
  if (found.next_at) facts.push([words.nextVerification, <Time value={found.next_at} />]);
  return facts;
}

interface EndsProps {
  value: string | null;
  unknown: string;
  /** Whether an end that is near deserves a word: not that of an access token, which renews itself. */
  isWarned?: boolean;
}

function Ends({ value, unknown, isWarned = false }: EndsProps) {
  if (value === null) return <>{unknown}</>;
  const isOver = endsSoon(value, Date.now(), 0);
  const isSoon = isWarned && endsSoon(value, Date.now());
  return (
    <>
      <Time value={value} />{' '}
      {isOver && <Label isCompact status="danger">{words.expired}</Label>}
      {!isOver && isSoon && <Label isCompact status="warning">{words.soon}</Label>}
    </>
  );
}
