// Whether somebody is there: a page that asks by itself must not keep its session alive for an empty chair.

/** How long somebody counts as there after they touched the page. */
const presence_ms = 60_000;

let touched = performance.now();

for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
  globalThis.addEventListener?.(event, () => { touched = performance.now(); }, { capture: true, passive: true });
}

/** True: nobody has touched the page for a while. */
export function isUnattended(now = performance.now()): boolean {
  return now - touched > presence_ms;
}
