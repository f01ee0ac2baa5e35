// Whether a client's access token works, as its provider says: asked for, and what was found out last.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { client as words } from '../../../app/messages/client';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import type { OAuthClient } from './health';
import { explain, type Verification } from './verification';

/** Asks the provider, and says what came of it. */
export function useVerify(client: OAuthClient) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/verify', { path: { id: client.id } }),
    onSuccess: (found) => showToast({
      variant: found.outcome === 'works' ? 'success' : 'warning', title: words.verified[found.outcome], body: explain(found),
    }),
    onError: (error) => showToast({ variant: 'danger', title: words.verifyFailed, body: errorText(error) }),
    // A token that was refused may be another one now.
    onSettled: () => Promise.all([
      queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] }), queries.invalidateQueries({ queryKey: ['/api/v1/audit-events'] }),
    ]),
  });
}

/** What was found out last, while the server still shows it. */
export function useLastVerification(client: OAuthClient): Verification | null {
  const path = '/api/v1/oauth-clients/{id}/verification';
  const last = useQuery({
    queryKey: ['/api/v1/oauth-clients', client.id, 'verification', client.token?.refreshed_at ?? ''],
    queryFn: () => api.get(path, { path: { id: client.id } }),
  });
  return last.data?.verification ?? null;
}
