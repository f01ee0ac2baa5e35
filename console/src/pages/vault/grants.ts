// How clients come to their tokens, as far as people have a part in it.
import type { components } from '../../api/schema';

export type Grant = components['schemas']['GrantFlow'];

const withPeople: readonly string[] = ['authorization_code', 'device_code', 'oauth1'];

/** Whether somebody has to sign in at the provider; otherwise a token can be had at any time. */
export function needsPerson(grant: string | undefined): boolean {
  return grant !== undefined && withPeople.includes(grant);
}
