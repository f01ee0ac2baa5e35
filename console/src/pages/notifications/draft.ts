// What somebody enters of a target of notifications, and what the API takes.
import type { NotificationEvent, NotificationTarget, NotificationTargetInput } from '../../api/notifications';
import { notifications as words } from '../../app/messages/notifications';
import type { ProjectRef } from '../../components/ProjectsField';
import { allEvents } from './targets';

export interface Draft {
  name: string;
  url: string;
  events: readonly NotificationEvent[];
  /** Undefined: all. */
  projects: readonly ProjectRef[] | undefined;
  ca: string;
  addresses: string;
  enabled: boolean;
}

/** What somebody has to do something about, and that it is over. */
const usualEvents: readonly NotificationEvent[] = ['needs_sign_in', 'recovered', 'failing', 'dying'];

/** `names`: of projects, by id. */
export function draftOf(target?: NotificationTarget, names?: ReadonlyMap<string, string>): Draft {
  return {
    name: target?.name ?? '',
    url: target?.url ?? '',
    events: target?.events ?? usualEvents,
    projects: target && target.projects.length > 0 ? target.projects.map((id) => ({ id, name: names?.get(id) ?? words.project(id) })) : undefined,
    ca: target?.trusted_ca_pem ?? '',
    addresses: (target?.allowed_addresses ?? []).join(' '),
    enabled: target?.enabled ?? true,
  };
}

/** Chosen or not; in their own order however they were ticked, so that ticking one back is no change. */
export function withEvent(events: readonly NotificationEvent[], event: NotificationEvent, isOn: boolean): NotificationEvent[] {
  return allEvents.filter((one) => (one === event ? isOn : events.includes(one)));
}

export function bodyOf(draft: Draft): NotificationTargetInput {
  return {
    name: draft.name,
    url: draft.url.trim(),
    events: [...draft.events],
    projects: (draft.projects ?? []).map(({ id }) => id),
    trusted_ca_pem: draft.ca,
    allowed_addresses: draft.addresses.split(/\s+/).filter(Boolean),
    enabled: draft.enabled,
  };
}

/** Whether what is needed was entered; the server decides whether it is right. */
export function isComplete(draft: Draft): boolean {
  // No project would mean all of them: the opposite of choosing some.
  return draft.name.trim() !== '' && draft.url.trim() !== '' && draft.events.length > 0 && draft.projects?.length !== 0;
}
