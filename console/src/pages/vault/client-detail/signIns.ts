// The sign-ins of one client that are under way, whoever asked for them.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { needsPerson } from '../grants';
import type { OAuthClient } from './health';

type Authorization = components['schemas']['Authorization'];

/** How often the page asks while somebody is about to sign in, so that it follows within three seconds. */
export const waiting_ms = 2000;
const idle_ms = 10_000;

export const signInsOf = (id: string) => ['/api/v1/authorizations', 'of', id] as const;

/** Nothing while the client is not known. */
export function useSignIns(client: OAuthClient | undefined): UseQueryResult<{ items: Authorization[] }> {
  const id = client?.id ?? '';
  return useQuery({
    queryKey: signInsOf(id), enabled: needsPerson(client?.flow),
    queryFn: ({ signal }) => api.get('/api/v1/authorizations', { query: { oauth_client: id }, signal }),
    refetchInterval: (query) => (query.state.data?.items.length ? waiting_ms : idle_ms),
  });
}

/** Whether one is under way; the client is read again as soon as it is over. */
export function useSignInWaits(client: OAuthClient | undefined): boolean {
  const queries = useQueryClient();
  const isWaiting = (useSignIns(client).data?.items.length ?? 0) > 0;
  useEffect(() => {
    if (isWaiting) return () => void queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] });
    return undefined;
  }, [isWaiting, queries]);
  return isWaiting;
}
