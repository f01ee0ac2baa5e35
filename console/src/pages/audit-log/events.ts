// Audit events as the console reads them: pages by `before`, and names for the ids that they hold.
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { api, request, type QueryValues } from '../../api/client';
import { usePermission, useSession } from '../../api/session';
import { access as accessWords } from '../../app/messages/access';
import { auditLog as words } from '../../app/messages/auditLog';

/** The members of an event that there may be; those with nothing to say are left out. */
export interface AuditEvent {
  id: string;
  at: string;
  action: string;
  outcome: string;
  actor_kind?: string;
  actor_id?: string;
  key_id?: string;
  subject_id?: string;
  subject_name?: string;
  project_id?: string;
  reason?: string;
  resource?: string;
  fingerprint?: string;
  request_id?: string;
  peer?: string;
  fields?: string[];
  /** Who signed in at a provider, by ids. */
  account_issuer?: string;
  account_subject?: string;
  account_tenant?: string;
  /** The names in a denied look-up; none where it asked by an id. */
  asked_project?: string;
  asked_target_system?: string;
  asked_label?: string;
}

export interface AuditEntry {
  sequence: number;
  hash: string;
  event: AuditEvent;
}

export interface AuditPage {
  items: AuditEntry[];
  total: number;
  page_size: number;
  next_before: number | null;
}

const path = '/api/v1/audit-events';
const largestPage = 1000;

/** Events of a filter, newest first, a page at a time. */
export function useEvents(filter: QueryValues, pageSize: number) {
  return useInfiniteQuery({
    queryKey: [path, filter, pageSize],
    queryFn: ({ pageParam, signal }) =>
      request<AuditPage>('GET', path, { query: { ...filter, page_size: pageSize, before: pageParam }, signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next_before ?? undefined,
  });
}

/** Every event of a filter, or the newest `most`. Throws an ApiError. */
export async function fetchEvents(
  filter: QueryValues, most = Infinity, progress?: (got: number, total: number) => void, signal?: AbortSignal,
): Promise<{ entries: AuditEntry[]; total: number }> {
  const entries: AuditEntry[] = [];
  let before: number | undefined;
  let total = 0;
  do {
    const page = await request<AuditPage>('GET', path, { query: { ...filter, page_size: largestPage, before }, signal });
    // Later pages count what is older than `before` alone.
    if (before === undefined) total = page.total;
    entries.push(...page.items);
    progress?.(entries.length, total);
    before = page.next_before ?? undefined;
  } while (before !== undefined && entries.length < most);
  return { entries: entries.slice(0, most), total };
}

/** What a robot, a user or the server is called; the id's beginning where nobody knows. */
export type ActorName = (event: AuditEvent) => string;

function short(id: string): string {
  return `${id.slice(0, 8)}…`;
}

/** The actor in words, by names that are known. */
export function actorText(event: AuditEvent, robots: Map<string, string>, users: Map<string, string>): string {
  if (event.actor_kind === 'server') return words.server;
  if (!event.actor_id) return words.unknown;
  if (event.actor_kind === 'robot') return words.robotNamed(robots.get(event.actor_id) ?? short(event.actor_id));
  return words.userNamed(users.get(event.actor_id) ?? short(event.actor_id));
}

/** Names for the actors of these events. Those that are gone keep their ids. */
export function useActorNames(events: readonly AuditEvent[]): ActorName {
  const robots = useRobotNames(events.filter((event) => event.actor_kind === 'robot').flatMap((event) => event.actor_id ?? []));
  const users = useUserNames();
  return (event) => actorText(event, robots, users);
}

/** The names of robots by id; missing where a robot is gone, or not read yet. */
export function useRobotNames(ids: readonly string[]): Map<string, string> {
  const wanted = [...new Set(ids)];
  return useQueries({
    queries: wanted.map((id) => ({
      queryKey: ['/api/v1/robots', id], staleTime: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get('/api/v1/robots/{id}', { path: { id }, signal }),
    })),
    combine: (found) => new Map(found.flatMap(({ data }) => (data ? [[data.id, accessWords.robotAt(data.name, data.path)] as const] : []))),
  });
}

/** Users are known by their API keys, and the person themselves. */
export function useUserNames(): Map<string, string> {
  const { user } = useSession();
  const mayList = usePermission('manage_api_keys');
  const keys = useQuery({
    queryKey: ['/api/v1/api-keys', 'users'], enabled: mayList, staleTime: 60_000,
    queryFn: ({ signal }) => api.get('/api/v1/api-keys', { query: { page_size: 1000 }, signal }),
  });
  return new Map([...(keys.data?.items ?? []).map((key) => [key.user, key.user_name] as const), [user.id, user.name]]);
}

/** What was done, in words; an action of a newer server is shown as it is. */
export function actionName(action: string): string {
  return words.actions[action] ?? action;
}

/** What it was done to, as it was called at the time. */
export function subjectName(event: AuditEvent): string {
  const kind = words.subjects[event.action.split('.')[0] ?? ''];
  if (!event.subject_id && !event.subject_name) return '';
  const name = event.subject_name || short(event.subject_id ?? '');
  return kind ? `${kind} ${name}` : name;
}
