import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { access as words } from '../../../app/messages/access';
import { Field } from '../../../components/Field';
import { PatternPreview } from './PatternPreview';

export interface PatternFieldProps {
  value: string;
  onChange: (next: string) => void;
  error?: string;
  /** Whose robots are shown that it fits; undefined: it is not known yet. */
  project: string | undefined;
}

/** A pattern of paths, and whom it fits now. */
export function PatternField({ value, onChange, error, project }: PatternFieldProps) {
  return (
    <>
      <Field pointer="/path_pattern" label={words.patternLabel} isRequired hint={words.patternHelp} error={error}>
        {(control) => <TextInput {...control} value={value} autoComplete="off" onChange={(_, next) => onChange(next)} />}
      </Field>
      <PatternPreview project={project} pattern={value} />
    </>
  );
}
