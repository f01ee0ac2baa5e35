// What the pages about secrets share: types of the API, and what follows from them.
import type { components } from '../../../api/schema';
import type { Deletable } from '../../../components/ConfirmDelete';

export type Secret = components['schemas']['Secret'];
export type SecretKind = components['schemas']['SecretKind'];
export type SecretValue = components['schemas']['SecretValueInfo'];
export type SecretAccess = components['schemas']['SecretAccess'];

export const secretsBase = '/repository/vault/secrets';
export const secretsPath = '/api/v1/secrets';
export const accessPath = '/api/v1/secret-access';
export const kinds = ['password', 'api_key', 'certificate', 'text'] as const satisfies readonly SecretKind[];

/** The address of a secret's window over the list. */
export function windowOf(id: string): string {
  return id === 'new' ? `${secretsBase}/new` : `${secretsBase}/${id}/edit`;
}

/** The value that robots get, and the one beside it while it is replaced. */
export function valuesOf(secret: Secret): { current: SecretValue | undefined; other: SecretValue | undefined } {
  return { current: secret.values.find((value) => value.is_current), other: secret.values.find((value) => !value.is_current) };
}

/** Whether the value beside the current one came after it: it is to become current; else it is the one of before. */
export function isNext(other: SecretValue, current: SecretValue | undefined): boolean {
  return current === undefined || Date.parse(other.created_at) > Date.parse(current.created_at);
}

/** The day on which what robots get expires, as the API has it; undefined: nobody knows. */
export function expiryOf(secret: Secret): string | undefined {
  return valuesOf(secret).current?.expires_on ?? undefined;
}

export function deletable(secret: Secret): Deletable {
  return {
    path: `${secretsPath}/${secret.id}`, name: secret.label,
    // Asked for when somebody is about to delete it.
    readers: async (signal) => (await import('../robot-access/readers')).readersOfSecret(secret, signal),
  };
}

/** `days` from now as a day of the calendar: the same question all day long. */
export function dayAfter(days: number, now = Date.now()): string {
  return new Date(now + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
