import { ModalFooter } from '@patternfly/react-core/dist/esm/components/Modal';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useEffect, useId } from 'react';
import { mostAtOnce, ToastAlert } from './Toasts';
import { placeToasts, useToastPlace, useToasts } from './toastStore';

/** Toasts in an open window, above its buttons: over it they would hide what it says, and no key would reach them. */
export function WindowToasts() {
  const id = useId();
  useEffect(() => placeToasts(id), [id]);
  const isHere = useToastPlace() === id;
  const shown = useToasts().slice(-mostAtOnce);
  return (
    <div aria-live="polite">
      {isHere && shown.length > 0 && (
        <ModalFooter>
          <Stack hasGutter>
            {shown.map((toast) => <StackItem key={toast.id}><ToastAlert isInline toast={toast} /></StackItem>)}
          </Stack>
        </ModalFooter>
      )}
    </div>
  );
}
