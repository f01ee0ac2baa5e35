import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { restrictions as words } from '../../app/messages/restrictions';
import { Time } from '../../components/Time';
import { restrictionLines, type KeyRestrictions } from './restrictions';

/** So many clients are named; more are counted. */
const mostNamed = 3;

/** What narrows a key or an identity, in words. */
export function Limits({ restrictions, uses }: { restrictions: KeyRestrictions; uses: number }) {
  const { oauth_clients: clients = [], ...others } = restrictions;
  const isNamed = clients.length > 0 && clients.length <= mostNamed;
  const lines = restrictionLines(isNamed ? others : restrictions, uses);
  if (lines.length === 0 && !isNamed) return <>{words.none}</>;
  return (
    <List isPlain>
      {lines.map((line) => <ListItem key={line}>{line}</ListItem>)}
      {isNamed && clients.map((id) => <ListItem key={id}><ClientName id={id} /></ListItem>)}
    </List>
  );
}

function ClientName({ id }: { id: string }) {
  const client = useQuery({
    queryKey: ['/api/v1/oauth-clients', id], queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}', { path: { id }, signal }),
  });
  // One that is gone is known by its id alone.
  return <>{words.shownClient(client.data?.label ?? id)}</>;
}

/** When and from where it was last shown. */
export function LastUse({ at, from }: { at: string | null; from: string }) {
  if (at === null) return <>{words.neverUsed}</>;
  return <><Time value={at} /> {from && words.usedFrom(from)}</>;
}
