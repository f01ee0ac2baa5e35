import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useId, useState } from 'react';
import { robotIdentities as words } from '../../../app/messages/robotIdentities';
import { Field } from '../../../components/Field';
import type { PickedFile } from '../../vault/target-systems/certificateFile';
import { FileField } from '../../vault/target-systems/FileField';
import type { Robot } from '../RobotList';
import { IdentityForm } from './IdentityForm';
import { certificateIn, fingerprintOf, nameKinds, type NameKind } from './identity';

/** Lets a robot in with a certificate that one CA vouches for. */
export default function CertificateWindow({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const id = useId();
  const [file, setFile] = useState<PickedFile>();
  const [fingerprint, setFingerprint] = useState('');
  const [kind, setKind] = useState<NameKind>('subject');
  const [name, setName] = useState('');
  const pointer = `/${kind}`;
  const pick = (picked: PickedFile) => {
    const certificate = certificateIn(picked);
    if (!certificate) return words.notACertificate;
    setFile(picked);
    void fingerprintOf(certificate).then(setFingerprint);
    return undefined;
  };
  // The server says what is wrong with any of the three names at the first.
  const labels = { '/ca_sha256': words.fingerprint, '/subject': words.nameLabels[kind], [pointer]: words.nameLabels[kind] };
  const isComplete = fingerprint.trim() !== '' && name.trim() !== '';
  return (
    <IdentityForm robot={robot} title={words.certificateTitle} lead={words.certificateLead} labels={labels} onClose={onClose}
      isDirty={fingerprint !== '' || name !== ''}
      identity={isComplete ? { kind: 'certificate', ca_sha256: fingerprint.trim(), [kind]: name.trim() } : undefined}>
      {(errorAt) => (
        <>
          <FileField pointer="/ca_file" label={words.caFile} hint={words.caFileHint} file={file} onPick={pick}
            onClear={() => {
              setFile(undefined);
              setFingerprint('');
            }} />
          <Field pointer="/ca_sha256" label={words.fingerprint} isRequired hint={words.fingerprintHint} error={errorAt('/ca_sha256')}>
            {(control) => (
              <TextInput {...control} value={fingerprint} autoComplete="off" spellCheck={false} onChange={(_, typed) => setFingerprint(typed)} />
            )}
          </Field>
          <FormGroup role="radiogroup" isStack label={words.name} fieldId={id}>
            {nameKinds.map((one) => (
              <Radio key={one} id={`${id}-${one}`} name={id} label={words.names[one]} isChecked={kind === one} onChange={() => setKind(one)} />
            ))}
          </FormGroup>
          <Field pointer={pointer} label={words.nameLabels[kind]} isRequired hint={words.nameHints[kind]} error={errorAt(pointer) ?? errorAt('/subject')}>
            {(control) => <TextInput {...control} value={name} autoComplete="off" spellCheck={false} onChange={(_, typed) => setName(typed)} />}
          </Field>
        </>
      )}
    </IdentityForm>
  );
}
