import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { useEffect } from 'react';
import { text } from '../app/messages';
import { ApiError, matchPointer } from '../api/problem';

/** Puts the cursor into the control of `pointer` (see Field); false: it is not on the screen. */
export function focusField(pointer: string): boolean {
  const found = document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`);
  const control = found?.matches('input, textarea, select, button') ? found
    : found?.querySelector<HTMLElement>('input, textarea, select, button');
  control?.focus();
  return control !== undefined && control !== null;
}

/** The same once what was just shown is there; calling what it answers with gives it up. */
export function focusSoon(...pointers: string[]): () => void {
  const frame = requestAnimationFrame(() => void pointers.some(focusField));
  return () => cancelAnimationFrame(frame);
}

export interface FormErrorProps {
  error: unknown;
  /** The labels of the form's fields, by JSON pointer. */
  labels: Record<string, string>;
  /** Shows the field first where it may be on another tab; called before it is focused. */
  reveal?: (pointer: string) => void;
}

/** Why saving failed: names the field that is meant, and puts the cursor there. Nothing while `error` is empty. */
export function FormError({ error, labels, reveal }: FormErrorProps) {
  const problem = error instanceof ApiError ? error : undefined;
  const pointer = matchPointer(problem?.field, Object.keys(labels));
  useEffect(() => {
    if (!pointer) return;
    reveal?.(pointer);
    // After the tab that reveal chose is there.
    return focusSoon(pointer);
    // Only a new error moves the cursor.
  }, [error]);
  if (!error) return null;
  const label = pointer && labels[pointer];
  return (
    <Alert
      isInline
      isLiveRegion
      variant="danger"
      title={label ? `${text.form.failed}: ${label}` : text.form.failed}
      actionLinks={pointer && label && (
        <AlertActionLink onClick={() => focusField(pointer)}>{text.form.goTo(label)}</AlertActionLink>
      )}
    >
      {errorText(error)}
    </Alert>
  );
}

/** What to tell a person about `error`. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return text.common.unexpected;
  if (error.kind === 'precondition_failed') return text.common.changedMeanwhile;
  return error.problem.detail;
}

/** The error of one field, for Field's `error`; undefined where the problem is about another. */
export function fieldError(error: unknown, pointer: string, labels: Record<string, string>): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return matchPointer(error.field, Object.keys(labels)) === pointer ? error.problem.detail : undefined;
}
