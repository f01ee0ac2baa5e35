// What is said of targets and of what they did not take: pure functions, so that the rules can be tested without a browser.
import type { NotificationDelivery, NotificationEvent, NotificationTarget, NotificationTargetInput, NotificationTest } from '../../api/notifications';
import { deliveries as deliveryWords, notifications as words } from '../../app/messages/notifications';

/** In the order in which they are shown and sent. */
export const allEvents = Object.keys(words.event) as NotificationEvent[];

export type TargetState = 'off' | 'failing' | 'takes';

/** One that is turned off is asked nothing, so that whether it fails is not known. */
export function targetState(target: Pick<NotificationTarget, 'enabled' | 'failing_since'>): TargetState {
  if (!target.enabled) return 'off';
  return target.failing_since ? 'failing' : 'takes';
}

/** An event, or a CloudEvent's type such as `strongroom.oauth_client.dying`, in words; one of a newer server is shown as it is. */
export function eventName(type: string): string {
  const event = type.slice(type.lastIndexOf('.') + 1);
  return Object.hasOwn(words.event, event) ? words.event[event as NotificationEvent].name : type;
}

export function eventsText(events: readonly string[]): string {
  return allEvents.every((event) => events.includes(event)) ? words.allEvents : events.map(eventName).join(', ');
}

export function projectsText(projects: readonly string[], names: ReadonlyMap<string, string> | undefined): string {
  if (projects.length === 0) return words.allProjects;
  return projects.map((id) => names?.get(id) ?? words.project(id)).join(', ');
}

/** What is put for a target that stays as it is. */
export function inputOf(target: NotificationTarget): Required<NotificationTargetInput> {
  return {
    name: target.name, url: target.url, events: target.events, projects: target.projects, trusted_ca_pem: target.trusted_ca_pem,
    allowed_addresses: target.allowed_addresses, enabled: target.enabled,
  };
}

/** What came of a test, in a sentence. */
export function testTitle({ ok, status }: NotificationTest): string {
  if (ok) return words.testTaken(status);
  return status === null ? words.testUnanswered : words.testRefused(status);
}

/** Whom something was not told: an address of a mail, or a target by name. */
export function recipientText(delivery: Pick<NotificationDelivery, 'target' | 'recipient'>, names: ReadonlyMap<string, string>): string {
  if (delivery.target === null) return deliveryWords.mail(delivery.recipient);
  return names.get(delivery.target) ?? deliveryWords.goneTarget;
}
