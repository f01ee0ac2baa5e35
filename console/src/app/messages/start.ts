// The words of one part of the console; read when it is.
import { number } from '../messages';

export const start = {
  failed: 'This could not be read',
  shortened: (n: number) => `Only the first ${number(n)} were looked at.`,

  needsPerson: 'Needs a person now',
  nobodyNeeded: 'Nothing waits for anybody.',
  needsSignInBody: (system: string) => `Somebody has to sign in at ${system} again.`,
  confirm: 'Account to confirm',
  confirmBody: (account: string) => (account ? `${account} signed in. Is this the right account?` : 'Somebody signed in. Is this the right account?'),
  held: 'Held destination',
  heldBody: 'Nothing is sent until its secrets are entered again or somebody approves.',
  pending: 'Issuer’s new endpoints wait for approval',
  andMore: (n: number) => `and ${number(n)} more`,

  dies: 'Runs out in the next 30 days',
  nothingDies: 'Nothing, as far as dates are known.',
  secret: 'Consumer secret',
  clientKey: 'Client key',
  certificate: 'Certificate',
  refreshToken: 'Refresh token',
  expired: 'Ran out',

  activity: 'The last 24 hours',
  lookUps: 'Look-ups',
  retrievals: 'Retrievals',
  handedOut: 'Tokens handed out',
  denied: 'Denied',
  retrieved: 'Retrieved',
  retrievalFailed: 'Failed',
  chart: (what: string, good: string, n: number, bad: string, m: number) =>
    `${what} by the hour: ${good} ${number(n)}, ${bad} ${number(m)}`,
  hour: (hour: string, good: string, n: number, bad: string, m: number) => `${hour}: ${good} ${number(n)}, ${bad} ${number(m)}`,
  noHours: 'So many that only the totals are shown.',
  nothingYet: 'None in this time.',

  guide: 'From nothing to a robot’s first token',
  guideBody: 'Five steps. Each opens the place where it is done, and is ticked off by itself.',
  guideClose: 'Put this away',
  stepDone: 'done',
  stepOpen: 'to do',
  steps: {
    project: { title: 'Project', body: 'Keeps what belongs together apart from the rest.', button: 'Add project' },
    target_system: { title: 'Target system', body: 'Where robots sign in to, and which service provider issues the tokens.', button: 'Add target system' },
    client: { title: 'OAuth client', body: 'The grant behind a label: Strongroom retrieves its tokens and keeps them fresh.', button: 'Add OAuth client' },
    robot: { title: 'Robot', body: 'Has a key of its own, and reads only what it was let to.', button: 'Add robot' },
    look_up: { title: 'Look-up', body: 'The robot asks for its token. “Use it” of the OAuth client has the lines to paste.', button: 'Open OAuth clients' },
  },

  practice: 'Practice provider',
  practiceBody: (address: string) =>
    `A provider to try things out with runs beside this server, at ${address}. Two target systems are set up for it: one for client credentials, `
    + 'one for signing in, where any name and password will do. Its tokens open nothing.',
  practiceClient: 'Add an OAuth client',
  removePractice: 'Remove practice',
} as const;
