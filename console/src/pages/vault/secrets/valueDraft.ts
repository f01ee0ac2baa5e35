// A value that is being entered, and what the server is sent of it.
import { secrets as words } from '../../../app/messages/secrets';
import { partsOf, type PickedFile } from '../target-systems/certificateFile';
import type { SecretKind } from './secretTypes';

export interface ValueDraft {
  /** What was typed, pasted or made. */
  value: string;
  /** Of a certificate: whether it is pasted, or chosen as one file or two. */
  isPasted: boolean;
  file?: PickedFile;
  keyFile?: PickedFile;
  passphrase: string;
  /** A day of the calendar; '': nobody knows. */
  expiresOn: string;
}

export const emptyValue: ValueDraft = { value: '', isPasted: false, passphrase: '', expiresOn: '' };

/** What is wrong with a file for a certificate; undefined: nothing. */
export function wrongFile(file: PickedFile): string | undefined {
  if (file.kind === 'der') return words.notThisFile;
  return partsOf(file).certificate ? undefined : words.noCertificate;
}

/** What is wrong with a file for its private key. */
export function wrongKeyFile(file: PickedFile): string | undefined {
  if (file.kind !== 'pem') return words.notThisFile;
  return partsOf(file).key ? undefined : words.noKey;
}

/** Whether the file of the certificate leaves its private key to another. */
export function needsKeyFile(file: PickedFile | undefined): boolean {
  return file?.kind === 'pem' && !partsOf(file).key;
}

/** The value as the API takes it; '': there is none yet. */
export function valueOf(kind: SecretKind, draft: ValueDraft): string {
  if (kind !== 'certificate' || draft.isPasted) return draft.value;
  if (!draft.file || (needsKeyFile(draft.file) && !draft.keyFile)) return '';
  return draft.file.kind === 'pem' ? `${draft.file.content}\n${draft.keyFile?.content ?? ''}` : draft.file.content;
}

export interface ValueInput {
  value: string;
  passphrase?: string;
  expires_on?: string;
}

/** Only what the kind has: a certificate says itself when it expires. */
export function inputOf(kind: SecretKind, draft: ValueDraft): ValueInput {
  const value = valueOf(kind, draft);
  if (kind === 'certificate') return draft.passphrase === '' ? { value } : { value, passphrase: draft.passphrase };
  return draft.expiresOn === '' ? { value } : { value, expires_on: draft.expiresOn };
}

export function isEntered(draft: ValueDraft): boolean {
  return draft.value !== '' || draft.file !== undefined || draft.keyFile !== undefined || draft.passphrase !== '' || draft.expiresOn !== '';
}
