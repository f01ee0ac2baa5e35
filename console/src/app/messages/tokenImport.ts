// The words for tokens that people bring along; read when they are.
import { isolated } from '../messages';

/** For one client. */
export const tokenImport = {
  lead: 'Tokens that were got elsewhere take the place of a sign-in, and of all tokens that this client has. One of the two is needed.',
  leadAlone: 'They take the place of all tokens that this client has.',
  once: 'A refresh token that rotates works in one place only: stop the other program first.',
  refreshToken: 'Refresh token',
  refreshHint: 'Renews access tokens, so nobody has to sign in. It is never shown again.',
  accessToken: 'Access token',
  accessHint: 'Served until it ends. Not needed where there is a refresh token.',
  expiresAt: 'Access token ends at',
  expiresHint: 'In your time zone. Left empty: nobody knows.',
  accountName: 'Account name',
  accountHint: 'Whose account it is. Next time, this account is expected to sign in, unless another is entered for the client.',
  store: 'Store tokens',
  needed: 'A refresh token is needed, or an access token.',
  stored: (label: string) => `The tokens of ${isolated(label)} are stored`,
  storedNext: 'The refresh token is being tried.',
  tried: (label: string) => `The refresh token of ${isolated(label)} works`,
  triedInVain: (label: string) => `The refresh token of ${isolated(label)} brought no access token`,
  title: (label: string) => `Import tokens: ${isolated(label)}`,
} as const;
