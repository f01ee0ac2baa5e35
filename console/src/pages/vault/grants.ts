// How clients come to their tokens, as far as people have a part in it.
import type { components } from '../../api/schema';

export type Grant = components['schemas']['GrantFlow'];

const withPeople: readonly string[] = ['authorization_code', 'device_code', 'oauth1', 'password'];
const withoutLink: readonly string[] = ['device_code', 'password'];

/** Whether somebody has to sign in at the provider; otherwise a token can be had at any time. */
export function needsPerson(grant: string | undefined): boolean {
  return grant !== undefined && withPeople.includes(grant);
}

/** Whether somebody signs in with a link, which can be sent to another; otherwise with a code, or with a password that is entered here. */
export function hasLink(grant: string): boolean {
  return needsPerson(grant) && !withoutLink.includes(grant);
}
