// The filters of the audit log, in the address.
import type { QueryValues } from '../../api/client';

/** By the API's names, which are the address's too. */
export const filterNames = ['q', 'action', 'outcome', 'subject_id', 'actor_id', 'project', 'since', 'until'] as const;
export type FilterName = (typeof filterNames)[number];
export type Filter = QueryValues & Partial<Record<FilterName, string>>;

export function filterOf(search: string): Filter {
  const parameters = new URLSearchParams(search);
  const filter: Filter = {};
  for (const name of filterNames) filter[name] = parameters.get(name) ?? undefined;
  return filter;
}

export function isFiltered(filter: Filter): boolean {
  return filterNames.some((name) => filter[name] !== undefined);
}

/** What a box for date and time holds ("2026-11-24T09:30", in the person's zone) as the API takes it; undefined: nothing sensible. */
export function toUtc(local: string): string | undefined {
  const time = new Date(local);
  return local === '' || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The other way round; '' for what is no time. */
export function toLocal(utc: string | undefined): string {
  const time = new Date(utc ?? '');
  if (Number.isNaN(time.getTime())) return '';
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
