import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useState } from 'react';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { Field } from '../../components/Field';
import { daysTyped, lifetimesUpTo } from '../api-keys/lifetime';

export interface Lifetime {
  /** Null: until it is revoked; undefined: nothing usable was entered yet. */
  days: number | null | undefined;
}

export interface LifetimeFieldProps {
  value: Lifetime;
  onChange: (next: Lifetime) => void;
  /** In days, as the server's policy has it. */
  longest: number;
  mayNeverExpire: boolean;
  error?: string;
}

/** How long a key works: a choice, or a number of days of one's own. */
export function LifetimeField({ value, onChange, longest, mayNeverExpire, error }: LifetimeFieldProps) {
  const [choice, setChoice] = useState(String(value.days));
  const [typed, setTyped] = useState('');
  const choose = (next: string) => {
    setChoice(next);
    onChange({ days: next === 'never' ? null : daysTyped(next === 'own' ? typed : next, longest) });
  };
  const isOwn = choice === 'own';
  return (
    <>
      <Field pointer={isOwn ? '/lifetime' : '/expires_in_days'} label={words.lifetime} isRequired error={isOwn ? undefined : error}>
        {(control) => (
          <FormSelect {...control} value={choice} onChange={(_, next) => choose(next)}>
            {lifetimesUpTo(longest).map((days) => <FormSelectOption key={days} value={String(days)} label={words.days(days)} />)}
            <FormSelectOption value="own" label={words.ownDays} />
            {mayNeverExpire && <FormSelectOption value="never" label={words.neverEnds} />}
          </FormSelect>
        )}
      </Field>
      {isOwn && (
        <Field pointer="/expires_in_days" label={words.number} isRequired hint={words.numberHint(longest)}
          error={error ?? (typed !== '' && value.days === undefined ? words.numberWrong(longest) : undefined)}>
          {(control) => (
            <TextInput {...control} value={typed} inputMode="numeric" autoComplete="off" onChange={(_, next) => {
              setTyped(next);
              onChange({ days: daysTyped(next, longest) });
            }} />
          )}
        </Field>
      )}
    </>
  );
}
