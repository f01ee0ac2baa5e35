// An OAuth client as something that can be deleted and brought back.
import type { Deletable } from '../../../components/ConfirmDelete';
import { clientsPath, type OAuthClient } from './clientTypes';

export function deletable(client: OAuthClient): Deletable {
  return {
    path: `${clientsPath}/${client.id}`, name: client.label,
    // Asked for when somebody is about to delete it.
    readers: async (signal) => (await import('../robot-access/readers')).readersOf(client, signal),
  };
}
