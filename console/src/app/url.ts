// Addresses of the console: what is carried from page to page, and where a sign-in may come back to.
import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/** A change of query parameters: a value sets, undefined or '' removes, what is not named stays. */
export type SearchChange = Record<string, string | number | undefined>;

/** `search` with the change applied; without the question mark, '' when nothing is left. */
export function changeSearch(search: string, change: SearchChange): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') parameters.delete(name);
    else parameters.set(name, String(value));
  }
  return parameters.toString();
}

/** `path` with what `keep` names of `search`: the project of the selector stays while one moves around. */
export function carry(path: string, search: string, keep: readonly string[] = ['project']): string {
  const from = new URLSearchParams(search);
  const kept = new URLSearchParams();
  for (const name of keep) {
    const value = from.get(name);
    if (value) kept.set(name, value);
  }
  const rest = kept.toString();
  return rest ? `${path}?${rest}` : path;
}

/** Where to go after signing in: a path within the console, whatever the address bar was made to say. */
export function safeReturn(target: string | null, home = '/start'): string {
  if (!target) return home;
  // Browsers take a backslash for a slash and drop control characters: `/\host` and `/<tab>/host` are other sites.
  if (!/^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(target)) return home;
  return /^\/(start|repository|administration|account)([/?#]|$)/.test(target) ? target : home;
}

/** The query of the address, and a way to change it. `replace` leaves no entry in the history. */
export function useSearchChange(): [string, (change: SearchChange, replace?: boolean) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const change = useCallback(
    // Read at the time of the change: two changes in one tick must not undo each other.
    (wanted: SearchChange, replace = false) => {
      const rest = changeSearch(window.location.search, wanted);
      navigate(rest ? `${path}?${rest}` : path, { replace });
    },
    [path, navigate],
  );
  return [search, change];
}

/** One parameter of the address. */
export function useSearchValue(name: string): string | undefined {
  return new URLSearchParams(useSearch()).get(name) ?? undefined;
}
