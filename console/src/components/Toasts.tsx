import { Alert, AlertActionCloseButton, AlertActionLink, AlertGroup } from '@patternfly/react-core/dist/esm/components/Alert';
import { useEffect } from 'react';
import { text } from '../app/messages';
import { closeToast, useToastPlace, useToasts, type ShownToast } from './toastStore';

const usual_ms = 8000;
const withAction_ms = 30000;
/** More would cover the page; the others come up as these go. */
export const mostAtOnce = 2;

function timeout(toast: ShownToast): number | false {
  if (toast.lasts !== undefined) return toast.lasts;
  if (toast.variant === 'danger') return false;
  return toast.action ? withAction_ms : usual_ms;
}

/** The corner where toasts appear, read out as they come. Rendered once; raise one with showToast. Escape closes the newest. */
export function Toasts() {
  const isHere = useToastPlace() === undefined;
  const shown = useToasts().slice(-mostAtOnce);
  const newest = isHere ? shown.at(-1)?.id : undefined;
  useEffect(() => {
    if (newest === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      // Whatever is open over the page comes first.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]')) closeToast(newest);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [newest]);
  return <AlertGroup isToast isLiveRegion>{isHere ? shown.map((toast) => <ToastAlert key={toast.id} toast={toast} />) : []}</AlertGroup>;
}

/** One toast; in a window it lies in line with the rest. */
export function ToastAlert({ toast, isInline = false }: { toast: ShownToast; isInline?: boolean }) {
  return (
    <Alert
      isInline={isInline}
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
  );
}
