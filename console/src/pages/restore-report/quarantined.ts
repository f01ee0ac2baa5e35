// Quarantined clients, by the target system that they belong to.
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../../api/client';
import { clientsPath, type OAuthClient } from '../vault/oauth-clients/clientTypes';

/** The clients of one target system. */
export interface QuarantinedOf {
  system: string;
  name: string;
  clients: OAuthClient[];
}

/** By the names of the target systems; within one in the order in which they were. */
export function byTargetSystem(clients: readonly OAuthClient[]): QuarantinedOf[] {
  const found = new Map<string, QuarantinedOf>();
  for (const client of clients) {
    const of = found.get(client.target_system) ?? { system: client.target_system, name: client.target_system_name, clients: [] };
    of.clients.push(client);
    found.set(client.target_system, of);
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** All of them, whatever else they are; asked for only where the restore quarantined any: it takes the whole list. */
export function useQuarantined(areThereAny: boolean) {
  return useQuery({
    queryKey: [clientsPath, 'quarantined'], enabled: areThereAny,
    queryFn: async ({ signal }) => (await fetchAll<OAuthClient>(clientsPath, {}, undefined, signal)).filter((client) => client.quarantined_at),
  });
}
