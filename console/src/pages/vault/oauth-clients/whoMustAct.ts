// Who must do something about a failure, as the server names them.
import type { components } from '../../../api/schema';
import { whoMustAct as words } from '../../../app/messages/whoMustAct';

type WhoMustAct = components['schemas']['WhoMustAct'];

/** In plain words; empty where the server does not say. */
export function whoMustAct(who: string | undefined): string {
  return who !== undefined && who in words ? words[who as WhoMustAct] : '';
}
