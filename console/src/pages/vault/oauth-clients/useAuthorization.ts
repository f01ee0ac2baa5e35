// One sign-in at the provider, from the link to its end, as the Authorize tab follows it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { useSearchChange } from '../../../app/url';
import { clientsPath, type Authorization, type OAuthClient } from './clientTypes';

const pollEvery_ms = 1500;
const over = new Set(['completed', 'failed', 'expired', 'cancelled']);

// The server shows a link once. This tab of the browser remembers it until it is of no use, so that the page can be read again.
const store = 'strongroom.sign-in-link';

interface KeptLink {
  id: string;
  url: string;
}

function keptLink(id: string | undefined): string | undefined {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(store) ?? 'null') as KeptLink | null;
    return kept !== null && kept.id === id ? kept.url : undefined;
  } catch {
    return undefined;
  }
}

export function isOver(authorization: Authorization | undefined): boolean {
  return authorization !== undefined && over.has(authorization.state);
}

export interface AuthorizationFlow {
  now?: Authorization;
  /** Known only where it was made. */
  link?: string;
  isStarting: boolean;
  isConfirming: boolean;
  /** Why the last thing that a person asked for could not be done. */
  error: unknown;
  /** The server did not answer when it was last asked how far it is. */
  isUnreachable: boolean;
  start: () => void;
  /** The one that is under way for this client, whoever asked for it; else a new one. */
  resume: () => void;
  confirm: () => void;
  /** That was the wrong account: nothing of it is taken. */
  refuse: () => void;
  again: () => void;
  /** Follows one that was begun elsewhere, or none. */
  follow: (id: string | undefined) => void;
}

export function useAuthorization(client: OAuthClient, onDone: () => void): AuthorizationFlow {
  const [search, change] = useSearchChange();
  const id = new URLSearchParams(search).get('authorization') ?? undefined;
  const [made, setMade] = useState<KeptLink>();
  const queries = useQueryClient();
  const state = useQuery({
    queryKey: ['/api/v1/authorizations', id], enabled: id !== undefined, gcTime: 0, staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/authorizations/{id}', { path: { id: id ?? '' }, signal }),
    // Goes on where the server was restarted meanwhile; what is not there will not come.
    refetchInterval: (query) => (isOver(query.state.data) || isProblem(query.state.error, 'not_found') ? false : pollEvery_ms),
  });
  // An address that was copied from another client's window means nothing here.
  const now = state.data?.oauth_client === client.id ? state.data : undefined;
  const start = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/authorizations', { path: { id: client.id } }),
    onSuccess: (answer) => {
      const kept = { id: answer.id, url: answer.url ?? '' };
      if (!answer.by_device_code) {
        window.sessionStorage.setItem(store, JSON.stringify(kept));
        setMade(kept);
      }
      change({ authorization: answer.id }, true);
    },
  });
  const resume = useMutation({
    mutationFn: () => api.get('/api/v1/authorizations', { query: { oauth_client: client.id } }),
    onSuccess: ({ items }) => {
      if (items[0]) change({ authorization: items[0].id }, true);
      else start.mutate();
    },
  });
  const confirm = useMutation({
    mutationFn: () => api.post('/api/v1/authorizations/{id}/confirm', { path: { id: id ?? '' } }),
    onSettled: () => void state.refetch(),
  });
  const refuse = useMutation({
    mutationFn: () => api.delete('/api/v1/authorizations/{id}', { path: { id: id ?? '' } }),
    onSettled: () => void state.refetch(),
  });
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (!now || !isOver(now)) return;
    window.sessionStorage.removeItem(store);
    if (now.state !== 'completed' || told.current === now.id) return;
    told.current = now.id;
    change({ authorization: undefined }, true);
    void queries.invalidateQueries({ queryKey: [clientsPath] });
    onDone();
  }, [now?.state, now?.id]);
  return {
    now, link: made?.id === id ? made?.url : keptLink(id),
    isStarting: start.isPending || resume.isPending, isConfirming: confirm.isPending || refuse.isPending,
    error: start.error ?? resume.error ?? confirm.error ?? refuse.error ?? undefined,
    isUnreachable: state.isError && !isProblem(state.error, 'not_found') && id !== undefined,
    start: () => start.mutate(), resume: () => resume.mutate(), confirm: () => confirm.mutate(), refuse: () => refuse.mutate(), again: () => void state.refetch(),
    follow: (next) => change({ authorization: next }, true),
  };
}
