// Denied look-ups, counted by who asked for what and why it was denied.
import type { AuditEntry } from '../audit-log/events';

export interface Denial {
  /** Tells them apart: robot, client and reason, and the names asked for where no client was found. */
  key: string;
  robot: string;
  /** Undefined: nothing was found by what the robot asked for. */
  client: string | undefined;
  /** The client's label at that time. */
  label: string;
  /** Project, target system and label that were asked for; none where it asked by an id, or of an older event. */
  asked: string[];
  reason: string;
  /** The newest, RFC 3339. */
  last: string;
  times: number;
}

/** `entries` newest first. Answers with those that happened last in front. */
export function countDenials(entries: readonly AuditEntry[]): Denial[] {
  const found = new Map<string, Denial>();
  for (const { event } of entries) {
    const robot = event.actor_id ?? '';
    const reason = event.reason ?? '';
    const asked = [event.asked_project, event.asked_target_system, event.asked_label].flatMap((name) => name ?? []);
    const key = [robot, event.subject_id ?? JSON.stringify(asked), reason].join(' ');
    const known = found.get(key);
    if (known) {
      known.times++;
    } else {
      found.set(key, { key, robot, client: event.subject_id, label: event.subject_name ?? '', asked, reason, last: event.at, times: 1 });
    }
  }
  return [...found.values()];
}
