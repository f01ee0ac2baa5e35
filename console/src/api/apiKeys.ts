// User API keys: what scripts and programs sign in with in the name of a person.
import { request, type ListPage } from './client';

export type ApiKeyState = 'active' | 'expired' | 'revoked';

export interface ApiKey {
  id: string;
  name: string;
  /** The id of whose it is. */
  user: string;
  user_name: string;
  created_at: string;
  /** Null: never. */
  expires_at: string | null;
  permissions: string[];
  /** Ids; none: wherever its owner may. */
  projects: string[];
  last_used_at: string | null;
  /** The address that it came from then. */
  last_used_from: string | null;
  state: ApiKeyState;
}

export interface NewApiKey extends Omit<ApiKey, 'last_used_at' | 'last_used_from' | 'state'> {
  /** The key itself, this once. */
  key: string;
}

export interface ApiKeyInput {
  name: string;
  /** Null: never, where the server's policy allows it. */
  expires_in_days: number | null;
  permissions: string[];
  projects: string[];
}

export const apiKeysPath = '/api/v1/api-keys';

export const apiKeys = {
  /** All that one person has. */
  of: (user: string, signal?: AbortSignal) =>
    request<ListPage<ApiKey>>('GET', apiKeysPath, { query: { user, page_size: 1000 }, signal }).then((page) => page.items),
  create: (body: ApiKeyInput) => request<NewApiKey>('POST', apiKeysPath, { body }),
  revoke: (id: string) => request<void>('DELETE', `${apiKeysPath}/${id}`),
};
