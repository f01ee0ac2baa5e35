import { Alert, AlertActionCloseButton, AlertActionLink, AlertGroup } from '@patternfly/react-core/dist/esm/components/Alert';
import { text } from '../app/messages';
import { closeToast, useToasts, type ShownToast } from './toastStore';

const usual_ms = 8000;
const withAction_ms = 30000;

function timeout(toast: ShownToast): number | false {
  if (toast.lasts !== undefined) return toast.lasts;
  if (toast.variant === 'danger') return false;
  return toast.action ? withAction_ms : usual_ms;
}

/** The corner where toasts appear, read out as they come. Rendered once; raise one with showToast. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <AlertGroup isToast isLiveRegion>
      {toasts.map((toast) => (
        <Alert
          key={toast.id}
          variant={toast.variant ?? 'success'}
          title={toast.title}
          timeout={timeout(toast) || undefined}
          onTimeout={() => closeToast(toast.id)}
          actionClose={<AlertActionCloseButton aria-label={text.toasts.close(toast.title)} onClose={() => closeToast(toast.id)} />}
          actionLinks={toast.action && (
            <AlertActionLink
              onClick={() => {
                closeToast(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </AlertActionLink>
          )}
        >
          {toast.body}
        </Alert>
      ))}
    </AlertGroup>
  );
}
