// Single keys: `/` filter, `n` new, `r` refresh, `?` help. A person can switch them off (WCAG 2.1.4).
import { useEffect, useRef } from 'react';
import { sessionState } from '../api/session';

export type ShortcutKey = '/' | 'n' | 'r' | '?';

// The newest comes first: a page's own key wins over the shell's.
const handlers: { key: ShortcutKey; run: () => void }[] = [];

/** Whether a key pressed there is text, or belongs to a widget that has keys of its own. */
function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role="menu"]') !== null;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || takesText(event.target)) return;
  // Under a window the page must not move.
  if (document.querySelector('[aria-modal="true"]')) return;
  const current = sessionState();
  const off = 'session' in current && current.session.preferences.shortcuts === false;
  if (off) return;
  const handler = handlers.find((one) => one.key === event.key);
  if (!handler) return;
  event.preventDefault();
  handler.run();
}

document.addEventListener('keydown', onKey);

/** While mounted, `key` runs `run`; undefined: not here. */
export function useShortcut(key: ShortcutKey, run: (() => void) | undefined): void {
  const latest = useRef(run);
  latest.current = run;
  const active = run !== undefined;
  useEffect(() => {
    if (!active) return;
    const handler = { key, run: () => latest.current?.() };
    handlers.unshift(handler);
    return () => {
      handlers.splice(handlers.indexOf(handler), 1);
    };
  }, [key, active]);
}
