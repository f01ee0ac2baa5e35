// Step-up: some requests want the person to show once more that it is them. Kept outside React, as the session is.
import { useSyncExternalStore } from 'react';

let waiting: ((isDone: boolean) => void)[] = [];
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Opens the window that asks. Resolves with true once the person has shown it, with false where they would not. */
export function askStepUp(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    tell();
  });
}

/** Everything that waits goes on, or gives up. */
export function endStepUp(isDone: boolean): void {
  const released = waiting;
  waiting = [];
  tell();
  for (const one of released) one(isDone);
}

/** Whether the window is to be open. */
export function useIsSteppingUp(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => waiting.length > 0);
}
