// What is stopped, and what that stops with it.
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../api/client';
import type { components } from '../api/schema';

export type Kill = components['schemas']['Kill'];

/** One thing, and what it belongs to: ids; of a service provider the catalogue's. */
export interface Belonging {
  robot?: string;
  oauth_client?: string;
  target_system?: string;
  service_provider?: string;
  project?: string | null;
}

/** The kill that stops a thing: its own, or that of something that it belongs to. */
export function killOf(kills: readonly Kill[], at: Belonging): Kill | undefined {
  const stops = (kill: Kill) => (kill.scope === 'service_provider'
    ? kill.service_provider === at.service_provider : kill.subject !== null && kill.subject === at[kill.scope]);
  const found = kills.filter(stops);
  // Its own says more than that of all the project.
  return found.find((kill) => kill.scope !== 'project') ?? found[0];
}

/** All kills that the person may see; none until the answer is there. */
export function useAllKills(): readonly Kill[] {
  const kills = useQuery({
    queryKey: ['/api/v1/kills', 'all'], queryFn: ({ signal }) => fetchAll<Kill>('/api/v1/kills', {}, undefined, signal),
  });
  return kills.data ?? [];
}

/** Finds the kill that stops a thing, among those. */
export function useKills(): (at: Belonging) => Kill | undefined {
  const kills = useAllKills();
  return (at) => killOf(kills, at);
}
