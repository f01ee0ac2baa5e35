import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { secrets as words } from '../../../app/messages/secrets';
import { Field } from '../../../components/Field';
import type { SecretFields } from './secretFields';

export interface AboutFieldsProps {
  fields: SecretFields;
  change: (part: Partial<SecretFields>) => void;
  errorAt: (pointer: string) => string | undefined;
}

/** What robots ask for, and what they get with the value. */
export function NameFields({ fields, change, errorAt }: AboutFieldsProps) {
  return (
    <>
      <Field pointer="/label" label={words.label} isRequired hint={words.labelHint} error={errorAt('/label')}>
        {(control) => <TextInput {...control} value={fields.label} autoComplete="off" dir="auto" onChange={(_, label) => change({ label })} />}
      </Field>
      <Field pointer="/user_name" label={words.userName} hint={words.userNameHint} error={errorAt('/user_name')}>
        {(control) => (
          <TextInput {...control} value={fields.userName} autoComplete="off" spellCheck={false} onChange={(_, userName) => change({ userName })} />
        )}
      </Field>
    </>
  );
}

/** What is for people. */
export function PeopleFields({ fields, change, errorAt }: AboutFieldsProps) {
  return (
    <>
      <Field pointer="/notes" label={words.notes} hint={words.notesHint} error={errorAt('/notes')}>
        {(control) => (
          <TextArea {...control} value={fields.notes} rows={3} resizeOrientation="vertical" autoComplete="off" dir="auto"
            onChange={(_, notes) => change({ notes })} />
        )}
      </Field>
      <Field pointer="/owner/name" label={words.owner} hint={words.ownerHint} error={errorAt('/owner/name')}>
        {(control) => <TextInput {...control} value={fields.ownerName} autoComplete="off" onChange={(_, ownerName) => change({ ownerName })} />}
      </Field>
      <Field pointer="/owner/email" label={words.ownerEmail} error={errorAt('/owner/email')}>
        {(control) => (
          <TextInput {...control} type="email" value={fields.ownerEmail} autoComplete="off" onChange={(_, ownerEmail) => change({ ownerEmail })} />
        )}
      </Field>
    </>
  );
}
