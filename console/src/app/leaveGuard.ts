// Asks before unsaved input is lost: closing the tab, and the browser's Back.
import { useEffect, useRef } from 'react';

/**
 * While `isDirty`, Back stays on the page and calls `ask`; closing the tab makes the browser ask. Whoever leaves after asking
 * calls what this returns first.
 */
export function useLeaveGuard(isDirty: boolean, ask: () => void): () => void {
  const latest = useRef(ask);
  latest.current = ask;
  const released = useRef(false);
  useEffect(() => {
    released.current = false;
    if (!isDirty) return;
    const here = window.location.href;
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!released.current) event.preventDefault();
    };
    const onBack = (event: PopStateEvent) => {
      if (released.current || window.location.href === here) return;
      // The router must not hear of it: it would take the form off the page.
      event.stopImmediatePropagation();
      window.history.pushState(null, '', here);
      latest.current();
    };
    window.addEventListener('beforeunload', onUnload);
    window.addEventListener('popstate', onBack, { capture: true });
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      window.removeEventListener('popstate', onBack, { capture: true });
    };
  }, [isDirty]);
  return () => {
    released.current = true;
  };
}
