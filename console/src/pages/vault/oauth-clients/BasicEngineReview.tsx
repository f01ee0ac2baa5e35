import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { restoreReportPath } from '../../../api/safeKeeping';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { boxReview as words } from '../../../app/messages/quarantine';
import { errorText } from '../../../components/FormError';
import { shortDate } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';
import { clientsPath, type OAuthClient } from './clientTypes';

/** That a restore turned the box on, until somebody has looked at it; nothing otherwise. */
export function BasicEngineReview({ client }: { client: OAuthClient }) {
  const queries = useQueryClient();
  const mayReview = usePermission('configure', client.project);
  const review = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/review-basic-engine', { path: { id: client.id } }),
    onSuccess: async () => {
      showToast({ variant: 'success', title: words.done });
      await Promise.all([clientsPath, restoreReportPath].map((path) => queries.invalidateQueries({ queryKey: [path] })));
    },
  });
  if (!client.basic_engine_restored_at) return null;
  return (
    <Alert isInline variant="warning" component="h3" title={words.title(shortDate(client.basic_engine_restored_at))}
      actionLinks={mayReview && (
        <AlertActionLink component="button" isLoading={review.isPending} isDisabled={review.isPending} spinnerAriaLabel={text.common.loading}
          onClick={() => review.mutate()}>
          {words.action}
        </AlertActionLink>
      )}>
      <p>{client.allow_basic_engine_robots ? words.body : words.bodyOff}</p>
      {review.isError && <Alert isInline isPlain isLiveRegion variant="danger" title={errorText(review.error)} />}
    </Alert>
  );
}
