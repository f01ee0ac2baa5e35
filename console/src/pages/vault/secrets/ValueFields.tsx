import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useId } from 'react';
import { secrets as words } from '../../../app/messages/secrets';
import { Field } from '../../../components/Field';
import { SecretField } from '../../../components/SecretField';
import { FileField } from '../target-systems/FileField';
import { PasswordGenerator } from './PasswordGenerator';
import type { SecretKind } from './secretTypes';
import { needsKeyFile, wrongFile, wrongKeyFile, type ValueDraft } from './valueDraft';

/** The fields of a value by JSON pointer. */
export const valueLabels = (kind: SecretKind): Record<string, string> => ({
  '/value': words.value[kind], '/passphrase': words.passphrase, '/expires_on': words.expires,
});

export interface ValueFieldsProps {
  kind: SecretKind;
  draft: ValueDraft;
  change: (part: Partial<ValueDraft>) => void;
  errorAt: (pointer: string) => string | undefined;
}

/** The boxes for a value, as its kind wants them. */
export function ValueFields(props: ValueFieldsProps) {
  const { kind, draft, change, errorAt } = props;
  if (kind === 'certificate') return <CertificateFields {...props} />;
  return (
    <>
      <SecretField pointer="/value" label={words.value[kind]} isRequired isMultiline={kind === 'text'} hint={words.valueHint} value={draft.value}
        error={errorAt('/value')} autoComplete="new-password" onChange={(value) => change({ value })} />
      {kind === 'password' && <PasswordGenerator value={draft.value} onMade={(value) => change({ value })} />}
      <Field pointer="/expires_on" label={words.expires} hint={words.expiresHint} error={errorAt('/expires_on')}>
        {(control) => <TextInput {...control} type="date" value={draft.expiresOn} onChange={(_, expiresOn) => change({ expiresOn })} />}
      </Field>
    </>
  );
}

function CertificateFields({ draft, change, errorAt }: ValueFieldsProps) {
  const id = useId();
  return (
    <>
      <FormGroup role="radiogroup" label={words.how} fieldId={id}>
        <Stack hasGutter>
          <StackItem>
            <Radio id={`${id}-file`} name={id} label={words.byFile} isChecked={!draft.isPasted} onChange={() => change({ isPasted: false })} />
          </StackItem>
          <StackItem>
            <Radio id={`${id}-paste`} name={id} label={words.byPaste} isChecked={draft.isPasted} onChange={() => change({ isPasted: true })} />
          </StackItem>
        </Stack>
      </FormGroup>
      {draft.isPasted ? (
        <SecretField pointer="/value" label={words.pem} isRequired isMultiline hint={words.pemHint} value={draft.value} error={errorAt('/value')}
          onChange={(value) => change({ value })} />
      ) : <CertificateFiles draft={draft} change={change} error={errorAt('/value')} />}
      <SecretField pointer="/passphrase" label={words.passphrase} hint={words.passphraseHint} value={draft.passphrase}
        error={errorAt('/passphrase')} autoComplete="new-password" onChange={(passphrase) => change({ passphrase })} />
    </>
  );
}

function CertificateFiles({ draft, change, error }: Pick<ValueFieldsProps, 'draft' | 'change'> & { error: string | undefined }) {
  return (
    <>
      <FileField pointer="/value" label={words.file} isRequired hint={words.fileHint} file={draft.file} error={error}
        onPick={(file) => {
          const wrong = wrongFile(file);
          if (!wrong) change({ file, keyFile: undefined });
          return wrong;
        }}
        onClear={() => change({ file: undefined, keyFile: undefined })} />
      {needsKeyFile(draft.file) && (
        <FileField pointer="/value/key" label={words.keyFile} isRequired hint={words.keyFileHint} file={draft.keyFile}
          onPick={(keyFile) => {
            const wrong = wrongKeyFile(keyFile);
            if (!wrong) change({ keyFile });
            return wrong;
          }}
          onClear={() => change({ keyFile: undefined })} />
      )}
    </>
  );
}
