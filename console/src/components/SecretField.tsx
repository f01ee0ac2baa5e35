import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { InputGroup, InputGroupItem } from '@patternfly/react-core/dist/esm/components/InputGroup';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon';
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon';
import { useState } from 'react';
import { secret as words } from '../app/messages/secret';
import { Field, type FieldProps } from './Field';
import { strayWhiteSpace } from './pasted';

export interface SecretFieldProps extends Omit<FieldProps, 'children'> {
  /** What was typed here; a stored secret never comes to the browser. */
  value: string;
  onChange: (value: string) => void;
  /** Whether the server has one already: then empty means keep. */
  isStored?: boolean;
  /** For keys and certificates in PEM: several lines, shown as they are typed, a last line break is no stray. */
  isMultiline?: boolean;
  /** The server takes none with white space in it: keeping it is no choice. */
  refusesSpace?: boolean;
  autoComplete?: string;
}

/** A box for a secret: goes in, never comes out. Offers to remove white space that a paste brought along. */
export function SecretField({ value, onChange, isStored, isMultiline, refusesSpace, autoComplete = 'off', ...field }: SecretFieldProps) {
  const [isShown, setShown] = useState(false);
  const [kept, setKept] = useState<string>();
  const stray = isMultiline || kept === value ? undefined : strayWhiteSpace(value);
  const hint = field.hint ?? (isStored ? words.stored : undefined);
  return (
    <>
      <Field {...field} hint={hint}>
        {(control) => isMultiline ? (
          <TextArea {...control} value={value} rows={6} resizeOrientation="vertical" spellCheck={false} autoComplete="off"
            onChange={(_, next) => onChange(next)} />
        ) : (
          <InputGroup>
            <InputGroupItem isFill>
              <TextInput {...control} type={isShown ? 'text' : 'password'} value={value} spellCheck={false}
                autoComplete={autoComplete} onChange={(_, next) => onChange(next)}
                onPaste={(event) => {
                  // A password box drops line breaks silently: look at what was pasted, not at what is left of it.
                  const pasted = event.clipboardData.getData('text');
                  if (value !== '' || strayWhiteSpace(pasted) === undefined) return;
                  event.preventDefault();
                  onChange(pasted);
                }} />
            </InputGroupItem>
            <InputGroupItem>
              <Button variant="control" aria-label={isShown ? words.hide : words.show}
                icon={isShown ? <EyeSlashIcon /> : <EyeIcon />} onClick={() => setShown(!isShown)} />
            </InputGroupItem>
          </InputGroup>
        )}
      </Field>
      {stray && (
        <Alert isInline isPlain isLiveRegion variant="warning" title={words[stray]}
          actionLinks={
            <>
              <AlertActionLink onClick={() => onChange(value.trim())}>{words.trim}</AlertActionLink>
              {!refusesSpace && <AlertActionLink onClick={() => setKept(value)}>{words.keep}</AlertActionLink>}
            </>
          } />
      )}
    </>
  );
}
