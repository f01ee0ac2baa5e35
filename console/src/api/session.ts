// Who is signed in. Kept outside React because requests need the CSRF token.
import { useSyncExternalStore } from 'react';
import { endStepUp } from './stepUp';

/** What a person chose for themselves; kept by the server. Unknown members are kept as they are. */
export interface Preferences {
  theme?: 'light' | 'dark' | 'system';
  contrast?: 'default' | 'high' | 'system';
  /** False: the single-key shortcuts are off. */
  shortcuts?: boolean;
  /** By the table's id. */
  tables?: Record<string, { columns?: string[]; pageSize?: number }>;
  [name: string]: unknown;
}

/** `GET /api/v1/session`. */
export interface Session {
  user: { id: string; name: string; full_name: string; email: string };
  /** What is held somewhere. */
  permissions: string[];
  /** What is held in all projects, and for what belongs to none. */
  everywhere: string[];
  /** Where there is more than that; with it. */
  projects: { id: string; name: string; permissions: string[] }[];
  csrf_token: string;
  must_change_password: boolean;
  /** Null: there is none. Not confirmed: begun, and asked for by nobody yet. */
  second_factor?: { is_confirmed: boolean; recovery_codes_left: number } | null;
  /** What showing once more who one is takes: `password`, or that and `code`; `single_sign_on`; none: signing in anew. */
  step_up_ways?: string[];
  /** The id of the provider that vouched for the person; null: nobody did. */
  sign_on_provider?: string | null;
  /** What API keys people may wish for. */
  api_key_policy?: { longest_days: number; may_never_expire: boolean };
  idle_timeout_seconds: number;
  idle_expires_at: string;
  expires_at: string;
  preferences: Preferences;
  server: { version: string; public_url: string; profile: string; practice: boolean; has_own_ca: boolean };
}

/**
 * `ended`: somebody was signed in, and the page stays until they are again. `elsewhere`: because they signed out in another tab of this
 * browser.
 */
export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed_out'; elsewhere?: boolean }
  | { status: 'signed_in'; session: Session }
  | { status: 'ended'; session: Session; elsewhere?: boolean };

let state: SessionState = { status: 'unknown' };
let waiting: { resolve: () => void; reject: (why: unknown) => void }[] = [];
const listeners = new Set<() => void>();

// All tabs of a browser have one session; what becomes of it is told to those that cannot know.
type News = 'signed_in' | 'signed_out';
const tabs = new BroadcastChannel('strongroom.session');

function change(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function sessionState(): SessionState {
  return state;
}

/** A session begins, or has changed; requests that waited for it go on. */
export function setSession(session: Session): void {
  const before = state;
  change({ status: 'signed_in', session });
  const released = waiting;
  waiting = [];
  const other = 'session' in before && before.session.user.id !== session.user.id;
  // What one person asked for is not asked again in the name of another.
  for (const one of released) other ? one.reject(new Error('another person signed in')) : one.resolve();
  if (other) window.location.assign('/start');
}

/** Tells the other tabs what has just been done with the session of all. */
export function tellOtherTabs(news: News): void {
  tabs.postMessage(news);
}

/** `heard` is called when another tab did that. Ends what it began when the function that it answers with is called. */
export function hearOtherTabs(news: News, heard: () => void): () => void {
  const listener = (event: MessageEvent) => {
    if (event.data === news) heard();
  };
  tabs.addEventListener('message', listener);
  return () => tabs.removeEventListener('message', listener);
}

/** The person signed out in another tab. The page stays under the window of ended sessions where it `keeps` what nobody has saved. */
export function endSessionElsewhere(keeps: boolean): void {
  if (state.status !== 'signed_in') return;
  if (keeps) change({ status: 'ended', session: state.session, elsewhere: true });
  else clearSession(true);
}

/** Nobody is signed in: at load, or after signing out. */
export function clearSession(elsewhere = false): void {
  const released = waiting;
  waiting = [];
  endStepUp(false);
  change({ status: 'signed_out', elsewhere });
  for (const one of released) one.reject(new Error('signed out'));
}

/** The session ended under an open page. Resolves when the same person has signed in again. */
export function waitForSignIn(): Promise<void> {
  if (state.status === 'signed_in') change({ status: 'ended', session: state.session });
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

/** The choices changed in this page; the server is told separately. */
export function setPreferences(preferences: Preferences): void {
  if ('session' in state) change({ ...state, session: { ...state.session, preferences } });
}

export function useSessionState(): SessionState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, sessionState);
}

/** The session of the page that is shown; only below the shell, where there is one. */
export function useSession(): Session {
  const current = useSessionState();
  if (!('session' in current)) throw new Error('useSession outside the shell');
  return current.session;
}

/** Where something is to be done: a project's id; null: in all of them, or for what belongs to none; left out: anywhere. */
export type Place = string | null | undefined;

/** Whether `session` may do it at that place. */
export function allows(session: Session, permission: string, at?: Place): boolean {
  if (at === undefined) return session.permissions.includes(permission);
  const held = session.projects.find((project) => project.id === at)?.permissions ?? session.everywhere;
  return held.includes(permission);
}

/** Whether the person may do it, such as `configure`, at that place. The server decides; this only hides what would fail. */
export function usePermission(permission: string, at?: Place): boolean {
  return allows(useSession(), permission, at);
}

/** The same question for each row of a list. */
export function usePermissions(): (permission: string, at?: Place) => boolean {
  const session = useSession();
  return (permission, at) => allows(session, permission, at);
}
