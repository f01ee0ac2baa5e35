import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useId, useState } from 'react';
import { secrets as words } from '../../../app/messages/secrets';
import { CopyField } from '../../../components/CopyField';
import { Field } from '../../../components/Field';
import { generatePassword, isLength, longest, shortest } from './password';

interface PasswordGeneratorProps {
  /** What stands in the box now: while it is what was made here, it is shown. */
  value: string;
  onMade: (password: string) => void;
}

/** Makes a password, and shows it once, so that it can be set at the target system too. */
export function PasswordGenerator({ value, onMade }: PasswordGeneratorProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [length, setLength] = useState('24');
  const [symbols, setSymbols] = useState(true);
  const [unmistakable, setUnmistakable] = useState(false);
  const [made, setMade] = useState('');
  const generate = () => {
    const password = generatePassword({ length: Number(length), symbols, unmistakable });
    setMade(password);
    onMade(password);
  };
  const isShown = made !== '' && made === value;
  return (
    <ExpandableSection toggleText={words.generate} isExpanded={isOpen} onToggle={(_, next) => setOpen(next)} isIndented>
      <Stack hasGutter>
        <StackItem>
          <Field pointer="/length" label={words.length} hint={words.lengthHint(shortest, longest)}
            error={isLength(length) ? undefined : words.lengthWrong(shortest, longest)}>
            {(control) => (
              <TextInput {...control} type="number" min={shortest} max={longest} value={length} onChange={(_, next) => setLength(next)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  // Makes one, and does not save what is in the window around it.
                  event.preventDefault();
                  if (isLength(length)) generate();
                }} />
            )}
          </Field>
        </StackItem>
        <StackItem>
          <Checkbox id={`${id}-symbols`} label={words.symbols} isChecked={symbols} onChange={(_, next) => setSymbols(next)} />
        </StackItem>
        <StackItem>
          <Checkbox id={`${id}-plain`} label={words.unmistakable} isChecked={unmistakable} onChange={(_, next) => setUnmistakable(next)} />
        </StackItem>
        <StackItem>
          <Button variant="secondary" isDisabled={!isLength(length)} onClick={generate}>{isShown ? words.generateAgain : words.generate}</Button>
        </StackItem>
        {isShown && (
          <StackItem>
            <Content component="p">{words.generatedBody}</Content>
            <CopyField value={made} label={words.generated} isCode />
          </StackItem>
        )}
      </Stack>
    </ExpandableSection>
  );
}
