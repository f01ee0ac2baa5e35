// What was typed into a client's window, kept while somebody goes away to add a target system. For this tab of the browser only.
import type { ClientFields } from './clientFields';

const store = 'strongroom.oauth-client';

export function keepTyped(fields: ClientFields): void {
  window.sessionStorage.setItem(store, JSON.stringify(fields));
}

/** What was kept; nothing where nothing was. */
export function typedFields(): Partial<ClientFields> {
  try {
    return JSON.parse(window.sessionStorage.getItem(store) ?? '{}') as Partial<ClientFields>;
  } catch {
    return {};
  }
}

export function forgetTyped(): void {
  window.sessionStorage.removeItem(store);
}
