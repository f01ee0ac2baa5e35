import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client';
import { usePermission } from '../api/session';
import { kill as words } from '../app/messages/kill';
import { errorText } from './FormError';
import { showToast } from './toastStore';

/** That a kill stops what is shown, and why; with a way to lift it for whoever may. */
export function KilledAlert({ id }: { id: string }) {
  const queries = useQueryClient();
  const mayLift = usePermission('lift_kill');
  const found = useQuery({ queryKey: ['/api/v1/kills', id], queryFn: ({ signal }) => api.get('/api/v1/kills/{id}', { path: { id }, signal }) });
  const lift = useMutation({
    mutationFn: () => api.delete('/api/v1/kills/{id}', { path: { id } }),
    onSuccess: () => showToast({ variant: 'success', title: words.lifted }),
    onError: (error) => showToast({ variant: 'danger', title: words.liftFailed, body: errorText(error) }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Alert isInline variant="danger" title={words.isStopped} component="h2"
      actionLinks={mayLift && (
        <AlertActionLink component="button" onClick={() => { if (!lift.isPending) lift.mutate(); }}>{words.lift}</AlertActionLink>
      )}>
      {found.data?.reason}
    </Alert>
  );
}
