import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Gallery } from '@patternfly/react-core/dist/esm/layouts/Gallery';
import { useSearch } from 'wouter';
import { kill as killWords } from '../../app/messages/kill';
import { publicUrl } from '../../app/messages/publicUrl';
import { start } from '../../app/messages/start';
import { carry } from '../../app/url';
import { useAllKills, type Kill } from '../../components/kills';
import { PublicUrlNotice, usePublicUrl } from '../../components/PublicUrlNotice';
import { StatusLabel } from '../../components/StatusLabel';
import { ExpiryLabel } from '../vault/target-systems/ExpiryLabel';
import { AttentionCard, shown, type Entry } from './AttentionCard';
import { expiringSoon } from './expiring';
import { ForecastCard } from './ForecastCard';
import { SafeKeepingCard } from './SafeKeepingCard';
import { mostRows, useClients, useSignInsToConfirm, useTargetSystems, type OAuthClient, type TargetSystem } from './vaultFacts';

const words = start;

/** What waits for a person, and what soon will. */
export function AttentionCards({ project }: { project: string | undefined }) {
  return (
    <Gallery hasGutter minWidths={{ default: '320px' }}>
      <SafeKeepingCard />
      <PublicUrlCard />
      <StoppedCard project={project} />
      <NeedsPerson project={project} />
      <ForecastCard project={project} />
      <RunsOut project={project} />
    </Gallery>
  );
}

/** Only where people may not be reaching the server where it tells them to. */
function PublicUrlCard() {
  if (usePublicUrl().data?.state !== 'failed') return null;
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{publicUrl.title}</CardTitle>
      <CardBody><PublicUrlNotice /></CardBody>
    </Card>
  );
}

/** Only where something is: nobody should have to look for why robots get nothing. */
function StoppedCard({ project }: { project: string | undefined }) {
  const search = useSearch();
  const kills = useAllKills().filter((kill) => !project || kill.project === null || kill.project === project);
  if (kills.length === 0) return null;
  const entries = kills.map((kill): Entry => ({
    key: kill.id, href: placeOf(kill, search), name: kill.name, mark: <StatusLabel state="stopped" />, detail: kill.reason,
  }));
  return <AttentionCard title={killWords.card} entries={entries} error={undefined} nothing="" />;
}

/** Where it is shown, and lifted. */
function placeOf(kill: Kill, search: string): string {
  const id = kill.subject ?? '';
  if (kill.scope === 'service_provider') return carry('/administration/service-providers', search);
  const paths = {
    robot: `/repository/robots/${id}`, oauth_client: `/repository/vault/oauth-clients/${id}`,
    target_system: `/repository/vault/target-systems/${id}/edit`, project: `/repository/projects/${id}`,
  };
  return carry(paths[kill.scope], search);
}

function useLinks() {
  const search = useSearch();
  return {
    client: (id: string) => carry(`/repository/vault/oauth-clients/${id}`, search),
    system: (id: string) => {
      const path = carry(`/repository/vault/target-systems/${id}/edit`, search);
      return `${path}${path.includes('?') ? '&' : '?'}tab=oauth`;
    },
  };
}

function NeedsPerson({ project }: { project: string | undefined }) {
  const signIn = useClients('needs_sign_in', project, shown);
  const failing = useClients('failing', project, shown);
  const systems = useTargetSystems(project);
  const signIns = useSignInsToConfirm();
  const link = useLinks();
  const client = (one: OAuthClient, detail?: string): Entry => ({
    key: one.id, href: link.client(one.id), name: one.label, mark: <StatusLabel state={one.state} />, detail,
  });
  const system = (one: TargetSystem): Entry => ({
    key: one.id, href: link.system(one.id), name: one.name,
    mark: <Label variant="outline" status="warning">{one.destination_held ? words.held : words.pending}</Label>,
    detail: one.destination_held ? words.heldBody : undefined,
  });
  const isThere = signIn.data && failing.data && systems.data && signIns.data;
  const entries = isThere && [
    ...signIns.data.items.map((one): Entry => ({
      key: one.id, href: link.client(one.oauth_client), name: one.oauth_client_label,
      mark: <Label variant="outline" status="warning">{words.confirm}</Label>, detail: words.confirmBody(one.account?.name ?? ''),
    })),
    ...signIn.data.items.map((one) => client(one, words.needsSignInBody(one.target_system_name))),
    ...systems.data.items.filter((one) => one.destination_held || one.pending_metadata).map(system),
    ...failing.data.items.map((one) => client(one, one.failure?.message)),
  ];
  const more = isThere ? signIn.data.total + failing.data.total - signIn.data.items.length - failing.data.items.length : 0;
  return (
    <AttentionCard title={words.needsPerson} entries={entries} more={more} error={signIn.error ?? failing.error ?? systems.error ?? signIns.error}
      nothing={words.nobodyNeeded} isShortened={(systems.data?.total ?? 0) > mostRows} />
  );
}

function RunsOut({ project }: { project: string | undefined }) {
  const clients = useClients('active', project, mostRows);
  const systems = useTargetSystems(project);
  const link = useLinks();
  const entries = clients.data && systems.data && expiringSoon(systems.data.items, clients.data.items).map((one): Entry => ({
    key: `${one.id} ${one.what} ${one.time}`, name: one.name, mark: <ExpiryLabel time={one.time} />, detail: words[one.what],
    href: one.what === 'refreshToken' ? link.client(one.id) : link.system(one.id),
  }));
  const isShortened = (clients.data?.total ?? 0) > mostRows || (systems.data?.total ?? 0) > mostRows;
  return (
    <AttentionCard title={words.dies} entries={entries} error={clients.error ?? systems.error} nothing={words.nothingDies}
      isShortened={isShortened} />
  );
}
