import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useState } from 'react';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { Field } from '../../components/Field';
import { daysTyped, lifetimes } from '../api-keys/lifetime';

export interface Lifetime {
  /** Null: until it is revoked; undefined: nothing usable was entered yet. */
  days: number | null | undefined;
}

export interface LifetimeFieldProps {
  value: Lifetime;
  onChange: (next: Lifetime) => void;
  error?: string;
}

/** How long a key works: a choice, or a number of days of one's own. */
export function LifetimeField({ value, onChange, error }: LifetimeFieldProps) {
  const [choice, setChoice] = useState(String(value.days));
  const [typed, setTyped] = useState('');
  const choose = (next: string) => {
    setChoice(next);
    onChange({ days: next === 'never' ? null : daysTyped(next === 'own' ? typed : next) });
  };
  const isOwn = choice === 'own';
  return (
    <>
      <Field pointer={isOwn ? '/lifetime' : '/expires_in_days'} label={words.lifetime} isRequired error={isOwn ? undefined : error}>
        {(control) => (
          <FormSelect {...control} value={choice} onChange={(_, next) => choose(next)}>
            {lifetimes.map((days) => <FormSelectOption key={days} value={String(days)} label={words.days(days)} />)}
            <FormSelectOption value="own" label={words.ownDays} />
            <FormSelectOption value="never" label={words.neverEnds} />
          </FormSelect>
        )}
      </Field>
      {isOwn && (
        <Field pointer="/expires_in_days" label={words.number} isRequired hint={words.numberHint}
          error={error ?? (typed !== '' && value.days === undefined ? words.numberWrong : undefined)}>
          {(control) => (
            <TextInput {...control} value={typed} inputMode="numeric" autoComplete="off" onChange={(_, next) => {
              setTyped(next);
              onChange({ days: daysTyped(next) });
            }} />
          )}
        </Field>
      )}
    </>
  );
}
