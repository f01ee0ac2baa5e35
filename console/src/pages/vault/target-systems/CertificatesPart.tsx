import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { targetSystems } from '../../../app/messages/targetSystems';
import { SecretField } from '../../../components/SecretField';
import { partsOf, type PickedFile } from './certificateFile';
import { noCertificate, sentCertificates, type CertificateDraft, type TargetSystem } from './draft';
import { FileField } from './FileField';
import type { FormParts } from './formParts';
import { StoredAction, StoredCredential } from './StoredCredential';

const words = targetSystems;
const mostCertificates = 2;

/** Certificates with their keys: those that are stored, and those that are picked here. */
export function CertificatesPart(parts: FormParts) {
  const { draft, change, stored } = parts;
  const has = stored?.client_certificates ?? [];
  const fresh = draft.certificates.filter(({ id }) => !id);
  const kept = draft.certificates.filter(({ id }) => id);
  const setFresh = (next: CertificateDraft[]) => change({ certificates: [...kept, ...next] });
  const keep = (ids: string[]) => change({ certificates: [...ids.map((id) => ({ id, password: '' })), ...fresh].slice(0, mostCertificates) });
  const keptIds = kept.flatMap(({ id }) => id ?? []);
  return (
    <>
      {has.length > 0 && stored && <StoredCertificates stored={stored} kept={keptIds} keep={keep} />}
      {has.length > 0 && kept.length > 0 && fresh.length > 0 && <Content component="small">{words.nextCertificate}</Content>}
      {fresh.map((one, index) => (
        <NewCertificate key={index} {...parts} draftOfOne={one}
          set={(part) => setFresh(fresh.map((other, at) => (at === index ? { ...other, ...part } : other)))} />
      ))}
      {has.length > 0 && fresh.length === 0 && kept.length < mostCertificates && (
        <div><StoredAction label={words.addNext} onClick={() => setFresh([noCertificate()])} /></div>
      )}
      {has.length > 0 && fresh.length > 0 && (
        <div><StoredAction label={words.removeNext} onClick={() => setFresh([])} /></div>
      )}
    </>
  );
}

interface StoredCertificatesProps {
  stored: TargetSystem;
  kept: string[];
  keep: (ids: string[]) => void;
}

function StoredCertificates({ stored, kept, keep }: StoredCertificatesProps) {
  return (
    <FormGroup label={words.storedCertificates} role="group" isStack data-pointer="/client_certificates">
      {stored.client_certificates.map((one) => (
        <StoredCredential key={one.id} id={one.id} subject={one.subject} createdAt={one.created_at} acceptedAt={one.accepted_at} expires={one.not_after}
          actions={
            <>
              <Button variant="link" component="a" download href={`/api/v1/target-systems/${stored.id}/certificate?certificate=${one.id}`}>
                {words.downloadCertificate}
              </Button>
              {kept.includes(one.id)
                ? <StoredAction isDanger label={words.drop} onClick={() => keep(kept.filter((other) => other !== one.id))} />
                : <>{words.dropped} <StoredAction label={words.keep} onClick={() => keep([...kept, one.id])} /></>}
            </>
          } />
      ))}
    </FormGroup>
  );
}

interface NewCertificateProps extends FormParts {
  draftOfOne: CertificateDraft;
  set: (part: Partial<CertificateDraft>) => void;
}

function NewCertificate({ draft, draftOfOne, errorAt, stored, set }: NewCertificateProps) {
  // As it will lie in the list that is sent; what is empty is not sent.
  const at = sentCertificates(draft).indexOf(draftOfOne);
  const pointer = `/client_certificates/${Math.max(at, 0)}`;
  const isPkcs12 = draftOfOne.certificate?.kind === 'pkcs12';
  const pickCertificate = (file: PickedFile) => {
    const found = partsOf(file);
    if (!found.certificate) return words.fileIsKey;
    set({ certificate: found.certificate, ...(found.key && { key: found.key }), ...(file.kind === 'pkcs12' && { key: undefined }) });
    return undefined;
  };
  const pickKey = (file: PickedFile) => {
    const key = file.kind === 'pem' ? partsOf(file).key : file.kind === 'der' ? file : undefined;
    if (!key) return words.fileHasNoKey;
    set({ key });
    return undefined;
  };
  const certificateError = errorAt(`${pointer}/certificate`) ?? errorAt(`${pointer}/pkcs12`) ?? errorAt(`${pointer}/id`);
  const isSameFile = draftOfOne.key !== undefined && draftOfOne.key.name === draftOfOne.certificate?.name;
  return (
    <>
      <FileField pointer={isPkcs12 ? `${pointer}/pkcs12` : `${pointer}/certificate`} label={words.certificate} hint={words.certificateHint}
        error={certificateError} file={draftOfOne.certificate} onPick={pickCertificate} onClear={() => set({ certificate: undefined })} />
      {!isPkcs12 && (
        <FileField pointer={`${pointer}/private_key`} label={words.privateKey} error={errorAt(`${pointer}/private_key`)} file={draftOfOne.key}
          hint={isSameFile ? words.keyInCertificate : stored ? words.privateKeyStoredHint : words.privateKeyHint} onPick={pickKey} onClear={() => set({ key: undefined })} />
      )}
      <SecretField pointer={`${pointer}/password`} label={words.privateKeyPassword} hint={words.privateKeyPasswordHint}
        value={draftOfOne.password} error={errorAt(`${pointer}/password`)} autoComplete="new-password" onChange={(password) => set({ password })} />
    </>
  );
}
