// What a person enters for a secret besides its value.
import { secrets as words } from '../../../app/messages/secrets';
import type { Secret } from './secretTypes';

export interface SecretFields {
  label: string;
  userName: string;
  notes: string;
  ownerName: string;
  ownerEmail: string;
}

/** The fields by JSON pointer. */
export const labels: Record<string, string> = {
  '/project': words.project, '/target_system': words.targetSystem, '/label': words.label, '/kind': words.kind, '/user_name': words.userName,
  '/notes': words.notes, '/owner/name': words.owner, '/owner/email': words.ownerEmail,
};

export function fieldsOf(secret?: Secret): SecretFields {
  return {
    label: secret?.label ?? '', userName: secret?.user_name ?? '', notes: secret?.notes ?? '', ownerName: secret?.owner.name ?? '',
    ownerEmail: secret?.owner.email ?? '',
  };
}

export function isSame(one: SecretFields, other: SecretFields): boolean {
  return (Object.keys(one) as (keyof SecretFields)[]).every((name) => one[name] === other[name]);
}

export function bodyOf(fields: SecretFields) {
  return {
    label: fields.label, user_name: fields.userName, notes: fields.notes, owner: { name: fields.ownerName.trim(), email: fields.ownerEmail.trim() },
  };
}
