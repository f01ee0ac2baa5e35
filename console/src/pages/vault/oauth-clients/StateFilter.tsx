import { text, type ClientState } from '../../../app/messages';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { deletedState } from '../../../components/deleted';
import { StateSelect } from '../../../components/StateSelect';

// As the API names them, in the order in which somebody has to do something about them.
export const states = ['needs_sign_in', 'failing', 'needs_retrieval', 'draft', 'active', 'disabled'] as const;
export type ListedState = (typeof states)[number];

/** The state in the address, as far as it is one of a client that is there. */
export function stateIn(search: string): ListedState | undefined {
  const wanted = new URLSearchParams(search).get('state');
  return states.find((state) => state === wanted);
}

/** Lets clients of one state through, or those that were deleted. */
export function StateFilter({ search }: { search: string }) {
  const all = [...states, deletedState] satisfies ClientState[];
  const wanted = new URLSearchParams(search).get('state');
  return <StateSelect chosen={all.find((state) => state === wanted)} any={words.anyState} states={all.map((state) => [state, text.status[state]])} />;
}
