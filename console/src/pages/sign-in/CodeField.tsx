import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useEffect, useRef, useState } from 'react';
import { codes as words } from '../../app/messages/codes';
import { Field } from '../../components/Field';
import { focusSoon } from '../../components/FormError';

export interface CodeFieldProps {
  /** As of a Field. */
  pointer?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  /** The cursor goes there as it comes. */
  takesFocus?: boolean;
}

/** The code of the authenticator app, or a recovery code from who has lost it. */
export function CodeField({ pointer = '/code', value, onChange, error, takesFocus = false }: CodeFieldProps) {
  const [isRecovery, setRecovery] = useState(false);
  const takes = useRef(takesFocus);
  useEffect(() => {
    const moves = takes.current;
    // Where the person chooses the other kind, the box is another.
    takes.current = true;
    return moves ? focusSoon(pointer) : undefined;
  }, [isRecovery, pointer]);
  return (
    <>
      <Field key={String(isRecovery)} pointer={pointer} label={isRecovery ? words.recoveryCode : words.code} isRequired error={error}
        hint={isRecovery ? words.recoveryHint : words.codeHint}>
        {(control) => (
          <TextInput {...control} name="code" value={value} spellCheck={false} autoCapitalize="none"
            inputMode={isRecovery ? 'text' : 'numeric'} autoComplete={isRecovery ? 'off' : 'one-time-code'}
            onChange={(_, next) => onChange(next)} />
        )}
      </Field>
      <div>
        <Button variant="link" isInline onClick={() => { setRecovery(!isRecovery); onChange(''); }}>
          {isRecovery ? words.useApp : words.useRecovery}
        </Button>
      </div>
    </>
  );
}
