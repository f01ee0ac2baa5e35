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

/** Sign-ins whose account has to be confirmed by whoever asked for them. */
export function useSignInsToConfirm() {
  return useQuery({
    queryKey: ['/api/v1/authorizations', 'start'], refetchInterval: refreshMs,
    queryFn: ({ signal }) => api.get('/api/v1/authorizations', { signal }),
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

/** Events of one action since `first`: their number, and by the hour where they were all read. */
export interface Activity {
  total: number;
  hours?: number[];
}

export const actions = ['token.handed_out', 'lookup.denied', 'tokens.retrieved', 'retrieval.failed'] as const;
export type Action = (typeof actions)[number];
export type ActivityBy = Record<Action, Activity>;
type AuditEvent = components['schemas']['AuditEvent']['event'] & { project_id?: string };

/** The newest events are read, at most so many pages of them: that costs the server nothing, as a filtered list would. */
const mostPages = 3;

async function eventsSince(since: string, signal: AbortSignal): Promise<AuditEvent[] | undefined> {
  const events: AuditEvent[] = [];
  let before: number | undefined;
  for (let page = 0; page < mostPages; page++) {
    const got = await api.get('/api/v1/audit-events', { query: { page_size: mostRows, before }, signal });
    events.push(...got.items.map(({ event }) => event as AuditEvent));
    const oldest = events.at(-1);
    if (got.next_before === null || !oldest || Date.parse(oldest.at) < Date.parse(since)) return events;
    before = got.next_before;
  }
  return undefined;
}

/** The totals alone, one list after the other: the server makes one filtered list at a time. */
async function totalsSince(since: string, project: string | undefined, signal: AbortSignal): Promise<ActivityBy> {
  const totals: [Action, Activity][] = [];
  for (const action of actions) {
    const { total } = await api.get('/api/v1/audit-events', { query: { action, since, project, page_size: 1 }, signal });
    totals.push([action, { total }]);
  }
  return Object.fromEntries(totals) as ActivityBy;
}

function countEach(events: readonly AuditEvent[], first: number): ActivityBy {
  return Object.fromEntries(actions.map((action) => {
    const times = events.filter((event) => event.action === action && Date.parse(event.at) >= first).map(({ at }) => at);
    return [action, { total: times.length, hours: countByHour(times, first) }];
  })) as unknown as ActivityBy;
}

/** What went on in the last 24 hours, for whoever may read the audit trail. */
export function useActivity(project: string | undefined, isAllowed: boolean, everyMs = refreshMs) {
  return useQuery({
    queryKey: ['/api/v1/audit-events', 'start', project], enabled: isAllowed, refetchInterval: everyMs,
    queryFn: async ({ signal }) => {
      const first = firstHour(Date.now());
      const since = new Date(first).toISOString();
      const events = await eventsSince(since, signal);
      const own = events?.filter((event) => !project || event.project_id === project);
      return { first, by: own ? countEach(own, first) : await totalsSince(since, project, signal) };
    },
  });
}
