// What people do with their own account, beyond the session itself: second factor and step-up.
import { request, sessions } from './client';
import { setSession } from './session';

const stepUpPath = '/api/v1/session/step-up';
const factorPath = '/api/v1/session/second-factor';

/** A second factor that counts once a code of it was entered. */
export interface PendingSecondFactor {
  /** Base32 (RFC 4648), for apps that take no picture. */
  secret: string;
  /** What the picture says. */
  otpauth_uri: string;
}

interface RecoveryCodes {
  recovery_codes: string[];
}

/** Shows once more who it is, for what wants it. Both wrong and missing are 401. */
export function stepUp(password: string | undefined, code: string | undefined): Promise<void> {
  // It answers for itself: a 401 means what was typed, not that the session has ended.
  return request('POST', stepUpPath, { bare: true, body: { password, code } });
}

export const secondFactor = {
  begin: () => request<PendingSecondFactor>('POST', factorPath),
  /** The recovery codes, which the server says this once. */
  confirm: (code: string) => request<RecoveryCodes>('POST', `${factorPath}/confirm`, { body: { code } }).then(codesOf),
  newRecoveryCodes: () => request<RecoveryCodes>('POST', `${factorPath}/recovery-codes`).then(codesOf),
  end: () => request<void>('DELETE', factorPath),
};

function codesOf(answer: RecoveryCodes): string[] {
  return answer.recovery_codes;
}

/** Takes the second factor from somebody who has lost it. */
export function resetSecondFactor(user: string): Promise<void> {
  return request('DELETE', `/api/v1/users/${user}/second-factor`);
}

/** The session says what became of it. */
export async function readSessionAgain(): Promise<void> {
  setSession(await sessions.read());
}
