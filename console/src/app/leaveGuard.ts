// Asks before unsaved input is lost: closing the tab, and the browser's Back.
import { useEffect, useRef } from 'react';

interface Guard {
  /** The address of the form. */
  here: string;
  ask: () => void;
}

let guard: Guard | undefined;

/**
 * Listens for Back. Called once, before the router is there: of several listeners of a window the first one is told first, and
 * the router must not hear of a step that is not taken, since it would take the form off the page.
 */
export function startLeaveGuard(): void {
  window.addEventListener('popstate', (event) => {
    if (!guard || window.location.href === guard.here) return;
    event.stopImmediatePropagation();
    window.history.pushState(null, '', guard.here);
    guard.ask();
  });
  window.addEventListener('beforeunload', (event) => {
    if (guard) event.preventDefault();
  });
}

/** Whether something was entered in this page that is not saved. */
export function hasUnsaved(): boolean {
  return guard !== undefined;
}

/**
 * While `isDirty`, Back stays on the page and calls `ask`; closing the tab makes the browser ask. Whoever leaves after asking
 * calls what this returns first. One form at a time.
 */
export function useLeaveGuard(isDirty: boolean, ask: () => void): () => void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!isDirty) return;
    const own = { here: window.location.href, ask: () => latest.current() };
    guard = own;
    return () => {
      if (guard === own) guard = undefined;
    };
  }, [isDirty]);
  useEffect(() => {
    // The form moves from tab to tab of its window.
    if (isDirty && guard) guard.here = window.location.href;
  });
  return () => {
    guard = undefined;
  };
}
