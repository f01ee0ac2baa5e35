import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client';
import { attentionPath, restoreReportPath } from '../api/safeKeeping';
import type { components } from '../api/schema';
import { quarantine as words } from '../app/messages/quarantine';
import { readersOf } from '../pages/vault/robot-access/readers';
import { inTurn } from './inTurn';
import { Question } from './Question';
import { showToast } from './toastStore';

type OAuthClient = components['schemas']['OAuthClient'];

export interface LiftQuarantineProps {
  /** One client, all of a target system, or all. */
  what: { oauth_client: string } | { target_system: string } | { all: true };
  /** Those that are meant, as far as they are known. */
  clients: OAuthClient[];
  onClose: () => void;
}

/** So many are named, and asked about; more would be read by nobody. */
const mostNamed = 5;
const mostAsked = 20;

/** Asks before quarantined clients may use the refresh tokens of the backup, and says who would lose what if that is wrong. */
export default function LiftQuarantine({ what, clients, onClose }: LiftQuarantineProps) {
  const queries = useQueryClient();
  const first = clients[0];
  const title = 'all' in what || !first ? words.liftAllTitle
    : 'target_system' in what ? words.liftSystemTitle(first.target_system_name) : words.liftTitle(first.label);
  const run = async () => {
    const { lifted } = await api.post('/api/v1/oauth-clients/lift-quarantine', { body: what });
    showToast({ variant: 'success', title: words.lifted(lifted) });
    const changed = ['/api/v1/oauth-clients', restoreReportPath, attentionPath, '/api/v1/audit-events'];
    await Promise.all(changed.map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
  return (
    <Question title={title} action={words.lift} run={run} onClose={onClose}>
      <p>{words.body}</p>
      <p>{clients.length === 1 ? words.liftBody : words.liftBodyMany(clients.length)}</p>
      <Risk clients={clients} />
    </Question>
  );
}

/** Whose grants end if the provider has a newer token, and which robots stand there without one. */
function Risk({ clients }: { clients: OAuthClient[] }) {
  const accounts = [...new Set(clients.flatMap((client) => client.account?.name ?? []))];
  const readers = useQuery({
    queryKey: ['readers', 'quarantine', ...clients.map((client) => client.id)], staleTime: 0, gcTime: 0,
    queryFn: async ({ signal }) => {
      const names = new Set<string>();
      await inTurn(clients.slice(0, mostAsked), async (client) => (await readersOf(client, signal)).forEach((name) => names.add(name)));
      return [...names];
    },
  });
  return (
    <>
      <p>{accounts.length > 0 ? words.risk : words.riskNobody}</p>
      <Names names={accounts} />
      {readers.isPending && <Spinner size="md" aria-label={words.asking} />}
      {readers.data && readers.data.length > 0 && <p>{words.readers}</p>}
      <Names names={readers.data ?? []} />
    </>
  );
}

function Names({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  const more = names.length - mostNamed;
  return (
    <List>
      {names.slice(0, mostNamed).map((name) => <ListItem key={name}><bdi>{name}</bdi></ListItem>)}
      {more > 0 && <ListItem>{words.moreNames(more)}</ListItem>}
    </List>
  );
}
