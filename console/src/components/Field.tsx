import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { useId, type ReactNode } from 'react';
import { HelpText } from './HelpText';

/** What a field's control has to carry, so that labels, help and FormError find it. Spread it onto the control. */
export interface ControlProps {
  id: string;
  isRequired: boolean;
  validated: 'default' | 'error';
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  'data-pointer': string;
}

export interface FieldProps {
  /** JSON pointer of the member that it fills, such as `/name`: how a problem document finds it. */
  pointer: string;
  label: string;
  isRequired?: boolean;
  /** One line that always stands under the field. */
  hint?: ReactNode;
  /** More, on demand, behind a question mark. */
  help?: ReactNode;
  /** What is wrong with it; stands in place of the hint. */
  error?: string;
  children: (control: ControlProps) => ReactNode;
}

/** A label, a control, and what is to be said about it. */
export function Field({ pointer, label, isRequired = false, hint, help, error, children }: FieldProps) {
  const id = useId();
  const said = error ?? hint;
  return (
    <FormGroup
      fieldId={id}
      label={label}
      isRequired={isRequired}
      labelHelp={help ? <HelpText about={label}>{help}</HelpText> : undefined}
    >
      {children({
        id,
        isRequired,
        validated: error ? 'error' : 'default',
        'aria-describedby': said ? `${id}-said` : undefined,
        'aria-invalid': error ? true : undefined,
        'data-pointer': pointer,
      })}
      {said && (
        <FormHelperText>
          <HelperText id={`${id}-said`} isLiveRegion={Boolean(error)}>
            <HelperTextItem variant={error ? 'error' : 'default'}>{said}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
