// A change of an OAuth client, made or only tried.
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { OAuthClient, UpdateEffects } from './clientTypes';

type Patch = components['schemas']['OAuthClientPatch'];

/** The client as it is then. Throws what the server said. */
export async function patchClient(client: OAuthClient, body: Patch): Promise<OAuthClient> {
  const now = await api.patch('/api/v1/oauth-clients/{id}', { path: { id: client.id }, revision: client.revision, body });
  if ('dry_run' in now) throw new Error('the server only tried it');
  return now;
}

/** What it would come to; changes nothing. Throws what the server said. */
export async function effectsOf(client: OAuthClient, body: Patch): Promise<UpdateEffects> {
  const effects = await api.patch('/api/v1/oauth-clients/{id}', {
    path: { id: client.id }, query: { dry_run: true }, revision: client.revision, body,
  });
  if (!('dry_run' in effects)) throw new Error('the server did more than it was asked for');
  return effects;
}
