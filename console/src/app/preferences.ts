// A person's choices, written to the server a moment after the last change.
import { sessions } from '../api/client';
import { sessionState, setPreferences, useSession, type Preferences } from '../api/session';

const quiet_ms = 800;
let timer: number | undefined;

async function flush(keepalive = false): Promise<void> {
  window.clearTimeout(timer);
  timer = undefined;
  const current = sessionState();
  if (current.status !== 'signed_in') return;
  try {
    await sessions.savePreferences(current.session.preferences, keepalive);
  } catch {
    // They hold in this page; losing them is no reason to interrupt anybody.
  }
}

// A choice made just before the tab is closed counts too.
window.addEventListener('pagehide', () => {
  if (timer !== undefined) void flush(true);
});

/** Merges `change` into the choices; visible at once, saved soon. */
export function savePreferences(change: Partial<Preferences>): void {
  const current = sessionState();
  if (!('session' in current)) return;
  setPreferences({ ...current.session.preferences, ...change });
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), quiet_ms);
}

/** The choices for one table, and a way to change them. */
export function useTablePreferences(table: string) {
  const { preferences } = useSession();
  const own = preferences.tables?.[table] ?? {};
  const save = (change: { columns?: string[]; pageSize?: number }) => {
    const current = sessionState();
    const tables = 'session' in current ? current.session.preferences.tables : undefined;
    savePreferences({ tables: { ...tables, [table]: { ...tables?.[table], ...change } } });
  };
  return [own, save] as const;
}
