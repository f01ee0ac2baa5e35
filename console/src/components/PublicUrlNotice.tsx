import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../api/client';
import { usePermission } from '../api/session';
import { publicUrl as words } from '../app/messages/publicUrl';
import { errorText } from './FormError';
import { showToast } from './toastStore';

const path = '/api/v1/public-url';
const refreshMs = 60_000;
/** The server tries by itself after its start; that is soon over. */
const untriedMs = 2_000;

/** What the server saw when it last tried its public URL. */
export function usePublicUrl() {
  return useQuery({
    queryKey: [path], queryFn: ({ signal }) => api.get(path, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'unchecked' ? untriedMs : refreshMs),
  });
}

/** Whether the server finds itself at its public URL, and a way to try again; nothing before it was tried. `children`: what stands below it. */
export function PublicUrlNotice({ children }: { children?: ReactNode }) {
  const queries = useQueryClient();
  const mayCheck = usePermission('configure', null);
  const { data: seen } = usePublicUrl();
  const check = useMutation({
    mutationFn: () => api.post('/api/v1/public-url/check'),
    onSuccess: (next) => queries.setQueryData([path], next),
    onError: (error) => showToast({ variant: 'danger', title: words.checkFailed, body: errorText(error) }),
  });
  if (!seen || seen.state === 'unchecked') return null;
  const isGood = seen.state === 'ok';
  return (
    <Alert isInline isPlain isLiveRegion variant={isGood ? 'success' : 'warning'} title={isGood ? words.good : words.failed(seen.url)}
      actionLinks={mayCheck && (
        <AlertActionLink isDisabled={check.isPending} onClick={() => check.mutate()}>{words.again}</AlertActionLink>
      )}>
      {!isGood && <Content component="p">{seen.message} {seen.advice}</Content>}
      {children}
    </Alert>
  );
}
