import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { TextInputGroup, TextInputGroupMain } from '@patternfly/react-core/dist/esm/components/TextInputGroup';
import { useState, type KeyboardEvent } from 'react';
import { targetSystems as targetSystemsWords } from '../app/messages/targetSystems';
import { Field, type FieldProps } from './Field';

export interface LabelsFieldProps extends Omit<FieldProps, 'children'> {
  values: string[];
  onChange: (values: string[]) => void;
  /** Whether white space ends a value too, as for scopes; a pasted list is taken apart the same way. */
  endsAtSpace?: boolean;
}

/** Several short values as labels: Enter or a comma ends one, leaving the box too; Backspace takes the last one back. */
export function LabelsField({ values, onChange, endsAtSpace = false, ...field }: LabelsFieldProps) {
  const [typed, setTyped] = useState('');
  const ends = endsAtSpace ? /[\s,]+/ : /[\r\n,]+/;
  const add = (entered: string) => {
    const more = entered.split(ends).map((one) => one.trim()).filter((one) => one !== '');
    setTyped('');
    if (more.length > 0) onChange([...new Set([...values, ...more])]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && typed.trim() !== '') {
      // Not the whole form yet.
      event.preventDefault();
      add(typed);
    } else if (event.key === 'Backspace' && typed === '' && values.length > 0) {
      onChange(values.slice(0, -1));
    }
  };
  return (
    <Field {...field}>
      {({ id, isRequired, validated, ...marks }) => (
        <TextInputGroup validated={validated === 'error' ? 'error' : undefined}>
          <TextInputGroupMain
            inputId={id} value={typed} aria-label={field.label} onBlur={() => add(typed)}
            onChange={(_, next) => (ends.test(next) ? add(next) : setTyped(next))}
            inputProps={{ ...marks, onKeyDown, autoComplete: 'off', spellCheck: false, 'aria-required': isRequired || undefined }}
          >
            {values.length > 0 && (
              <LabelGroup aria-label={field.label} numLabels={20}>
                {values.map((value) => (
                  <Label key={value} variant="outline" onClose={() => onChange(values.filter((one) => one !== value))}
                    closeBtnAriaLabel={targetSystemsWords.removeLabel(value)}>
                    {value}
                  </Label>
                ))}
              </LabelGroup>
            )}
          </TextInputGroupMain>
        </TextInputGroup>
      )}
    </Field>
  );
}
