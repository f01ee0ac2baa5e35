import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { targetSystems as words } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { SecretField } from '../../../components/SecretField';
import { partsOf, type PickedFile } from './certificateFile';
import { FileField } from './FileField';
import type { FormParts } from './formParts';
import { withPlace } from './hints';

/** The key that signs the assertions of jwt_bearer: picked here, or stored already. */
export function KeyPart({ draft, change, errorAt, stored, provider }: FormParts) {
  const isAccount = draft.keyFile?.kind === 'json';
  const pick = (file: PickedFile) => {
    const keyFile = file.kind === 'pem' ? partsOf(file).key : file.kind === 'json' ? file : undefined;
    if (!keyFile) return words.fileHasNoKey;
    change({ keyFile, keyPassword: '', keyId: '' });
    return undefined;
  };
  const clear = () => change({ keyFile: undefined, keyPassword: '', keyId: '' });
  return (
    <>
      <FileField pointer="/client_keys/0/private_key" label={words.signingKey} error={errorAt('/client_keys/0/private_key') ?? errorAt('/client_keys')}
        hint={withPlace(stored && stored.client_keys.length > 0 ? words.signingKeyStoredHint : words.signingKeyHint, 'client_key', provider)} file={draft.keyFile}
        onPick={pick} onClear={clear} />
      {draft.keyFile && !isAccount && (
        <>
          <SecretField pointer="/client_keys/0/password" label={words.signingKeyPassword} hint={words.signingKeyPasswordHint} value={draft.keyPassword}
            error={errorAt('/client_keys/0/password')} autoComplete="new-password" onChange={(keyPassword) => change({ keyPassword })} />
          <Field pointer="/client_keys/0/kid" label={words.signingKeyId} hint={words.signingKeyIdHint} error={errorAt('/client_keys/0/kid')}>
            {(control) => (
              <TextInput {...control} value={draft.keyId} autoComplete="off" spellCheck={false} onChange={(_, keyId) => change({ keyId })} />
            )}
          </Field>
        </>
      )}
    </>
  );
}
