import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { isProblem } from '../../../api/problem';
import { text } from '../../../app/messages';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { errorText } from '../../../components/FormError';


/** Above the tabs: why something could not be saved that is about no field. */
export function WindowNotice({ error, reload }: { error: unknown; reload: () => void }) {
  const isStale = isProblem(error, 'precondition_failed');
  const isGone = isProblem(error, 'not_found');
  return (
    <Alert isInline isLiveRegion variant="danger" title={text.form.failed}
      actionLinks={isStale && <AlertActionLink onClick={reload}>{text.common.reload}</AlertActionLink>}>
      {isGone ? words.gone : errorText(error)}
    </Alert>
  );
}
