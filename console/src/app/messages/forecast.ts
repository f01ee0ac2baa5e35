// The words of what will stop by itself: the forecast on the start page, and a client's clocks.
import { plural } from '../messages';

export type EndCause = 'no_refresh_token' | 'refresh_token_idle' | 'refresh_token_absolute' | 'credential';

export const forecast = {
  card: 'Will stop working',
  nothing: 'Nothing within 30 days, as far as anybody knows.',
  allClients: (n: number) => `${plural(n, 'OAuth client', 'OAuth clients')} of this target system`,
  robots: (paths: string, more: boolean) => `Robots: ${paths}${more ? ' and more' : ''}`,
  noRobots: 'No robot reads it.',
  causes: {
    no_refresh_token: 'Its access token ends, and nothing renews it.',
    refresh_token_idle: 'Nobody used its refresh token for long.',
    refresh_token_absolute: 'Its refresh token ends, however often it is used.',
    credential: 'The last secret, key or certificate of its target system ends.',
  } satisfies Record<EndCause, string>,
  todo: {
    no_refresh_token: 'Have the owner of the account sign in again before then.',
    refresh_token_idle: 'It is renewed when a robot looks it up or somebody presses Retrieve now. Otherwise somebody signs in again.',
    refresh_token_absolute: 'Have the owner of the account sign in again before then: no use moves this date.',
    credential: 'Have the owner of the target system make another one at the provider, and enter it beside this one.',
  } satisfies Record<EndCause, string>,

  stops: 'Stops working',
  never: 'Nothing that is known ends it',
  idleEnds: 'Refresh token ends if it is not used',
  absoluteEnds: 'Refresh token ends in any case',
  credentialEnds: 'Last credential ends',
  loading: 'Reading when it ends',
} as const;
