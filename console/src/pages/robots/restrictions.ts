// Limits of a robot's key or identity: what somebody enters, and what the API takes.
import type { components } from '../../api/schema';
import { restrictions as words } from '../../app/messages/restrictions';

export type KeyRestrictions = components['schemas']['KeyRestrictions'];
export type Day = NonNullable<NonNullable<KeyRestrictions['times']>['days']>[number];

/** In the order of a week. */
export const days = Object.keys(words.dayNames) as Day[];

/** A client by its id and by what people call it. */
export interface NamedClient {
  id: string;
  label: string;
}

export interface RestrictionDraft {
  addresses: string[];
  isTimed: boolean;
  days: Day[];
  from: string;
  to: string;
  zone: string;
  /** As it is typed; empty: any number. */
  maxUses: string;
  clients: NamedClient[];
}

/** The zone of whoever sits there, as IANA names it. */
function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** UTC, the person's own zone, and every other that the browser knows. */
export function zones(): string[] {
  return [...new Set(['UTC', ownZone(), ...Intl.supportedValuesOf('timeZone')])];
}

export function emptyDraft(): RestrictionDraft {
  return { addresses: [], isTimed: false, days: [], from: '08:00', to: '18:00', zone: ownZone(), maxUses: '', clients: [] };
}

/** Whether the number is one that can be sent; the server judges everything else. */
export function isNumberOfUses(typed: string): boolean {
  return /^\s*([1-9]\d{0,9})?\s*$/.test(typed);
}

/** Leaves out what was not entered. */
export function restrictionsOf(draft: RestrictionDraft): KeyRestrictions {
  return {
    ...(draft.addresses.length > 0 && { addresses: draft.addresses }),
    ...(draft.isTimed && { times: { days: draft.days, from: draft.from, to: draft.to, zone: draft.zone } }),
    ...(draft.maxUses.trim() !== '' && { max_uses: Number(draft.maxUses) }),
    ...(draft.clients.length > 0 && { oauth_clients: draft.clients.map((client) => client.id) }),
  };
}

/** The fields of the form, by JSON pointer. */
export const restrictionLabels: Record<string, string> = {
  '/restrictions/addresses': words.addresses,
  '/restrictions/times/days': words.days,
  '/restrictions/times/from': words.from,
  '/restrictions/times/to': words.to,
  '/restrictions/times/zone': words.zone,
  '/restrictions/max_uses': words.maxUses,
  '/restrictions/oauth_clients': words.clients,
};

/** Limits in words, a line each; `uses` counts the hand-outs so far. Of several clients only their number. */
export function restrictionLines(restrictions: KeyRestrictions, uses: number): string[] {
  const { addresses = [], times, max_uses: most, oauth_clients: clients = [] } = restrictions;
  const lines: string[] = [];
  if (addresses.length > 0) lines.push(words.shownFrom(addresses.join(', ')));
  if (times) {
    const named = (times.days ?? []).map((day) => words.shortDays[day]).join(', ');
    lines.push(words.shownTimes(named, times.from, times.to, times.zone));
  }
  if (most !== undefined) lines.push(words.shownUses(Math.max(0, most - uses), most));
  if (clients.length > 0) lines.push(words.shownClients(clients.length));
  return lines;
}

/** Whether it has handed out as often as it may: it lives on and is of no use. */
export function isSpent(restrictions: KeyRestrictions, uses: number): boolean {
  return restrictions.max_uses !== undefined && uses >= restrictions.max_uses;
}
