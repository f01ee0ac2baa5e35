// What it means that a client's access token was verified.
import type { components } from '../../../api/schema';
import { client as words } from '../../../app/messages/client';

export type Verification = components['schemas']['Verification'];

/** What it means, beside its title. */
export function explain(found: Verification): string {
  switch (found.outcome) {
    case 'works': return found.account === '' ? '' : words.verifiedAccount(found.account);
    case 'refused': return words.renewal[found.renewal];
    case 'unknown': return [found.failure?.message, found.failure?.where].filter(Boolean).join(' ');
  }
}
