// What the start page asks the server, in a bounded number of requests however much there is.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { countByHour, firstHour } from './hours';

export type OAuthClient = components['schemas']['OAuthClient'];
export type TargetSystem = components['schemas']['TargetSystem'];

/** The most rows of a kind that are looked at. */
export const mostRows = 1000;
const refreshMs = 60_000;

/** Clients in a state; only the first few, and how many there are. */
export function useClients(state: OAuthClient['state'], project: string | undefined, pageSize: number) {
  return useQuery({
    queryKey: ['/api/v1/oauth-clients', 'start', state, project, pageSize], refetchInterval: refreshMs,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients', { query: { state, project, page_size: pageSize }, signal }),
  });
}

export function useTargetSystems(project: string | undefined) {
  return useQuery({
    queryKey: ['/api/v1/target-systems', 'start', project], refetchInterval: refreshMs,
    queryFn: ({ signal }) => api.get('/api/v1/target-systems', { query: { project, page_size: mostRows }, signal }),
  });
}

/** How many there are of each kind that the guided path asks about. */
export function useCounts(project: string | undefined) {
  return useQuery({
    queryKey: ['start', 'counts', project], refetchInterval: 5_000,
    queryFn: async ({ signal }) => {
      const query = { project, page_size: 1 };
      const [projects, targetSystems, clients, robots] = await Promise.all([
        api.get('/api/v1/projects', { query: { page_size: 1 }, signal }), api.get('/api/v1/target-systems', { query, signal }),
        api.get('/api/v1/oauth-clients', { query, signal }), api.get('/api/v1/robots', { query, signal }),
      ]);
      return { projects: projects.total, targetSystems: targetSystems.total, clients: clients.total, robots: robots.total };
    },
  });
}

/** Events of one action since `first`: their number, and by the hour where one page holds them all. */
export interface Activity {
  total: number;
  hours?: number[];
}

export const actions = ['token.handed_out', 'lookup.denied', 'tokens.retrieved', 'retrieval.failed'] as const;
export type Action = (typeof actions)[number];

/** One request an action. */
export function useActivity(project: string | undefined, isAllowed: boolean) {
  return useQuery({
    queryKey: ['/api/v1/audit-events', 'start', project], enabled: isAllowed, refetchInterval: refreshMs,
    queryFn: async ({ signal }) => {
      const first = firstHour(Date.now());
      const since = new Date(first).toISOString();
      const read = async (action: Action): Promise<[Action, Activity]> => {
        const page = await api.get('/api/v1/audit-events', { query: { action, since, project, page_size: mostRows }, signal });
        const times = page.items.map(({ event }) => event.at);
        return [action, { total: page.total, hours: page.total > times.length ? undefined : countByHour(times, first) }];
      };
      return { first, by: Object.fromEntries(await Promise.all(actions.map(read))) as Record<Action, Activity> };
    },
  });
}
