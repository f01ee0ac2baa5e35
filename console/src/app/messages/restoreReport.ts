// The words of one part of the console; read when it is.
import { isolated, number, plural } from '../messages';

export const restoreReport = {
  title: 'Restore report',
  lead: 'What the last restore of a backup left for people to decide. Nothing here happens by itself.',
  forbidden: 'You may not see restore reports of this server',
  forbiddenBody: 'It needs the permission “Manage the server” for all projects. Ask an administrator of this server.',
  none: 'This server was never restored from a backup',
  noneBody: 'After a restore this page lists what waits for a decision: clients whose tokens may be outdated, rights that may have been taken away '
    + 'since, and boxes that were turned on.',
  how: 'How to restore a backup',

  summary: 'The restore',
  restoredAt: 'Restored',
  backupOf: 'From the backup of',
  madeBy: 'Made by version',
  kept: 'The files of before',
  keptIn: (directory: string) => `${directory}, in the data directory`,
  confirmed: 'What still holds was said by',
  confirmedBy: {
    audit_trail: 'The newer audit trail that was there', revocation_list: 'The list of what was revoked that was given',
    nothing: 'Nothing: so everything that lets somebody in was suspended',
  },
  keptTokens: 'Newer refresh tokens kept',
  ended: 'Ended',
  endedWhat: (sessions: number, signIns: number) => `${plural(sessions, 'session', 'sessions')} of people, ${plural(signIns, 'sign-in', 'sign-ins')} under way`,
  notRevived: 'Not brought back',
  counts: (users: number, apiKeys: number, robotKeys: number, rules: number, inputs: number, others: number) =>
    [plural(users, 'user', 'users'), plural(apiKeys, 'API key', 'API keys'), plural(robotKeys, 'key of robots', 'keys of robots'),
      plural(rules, 'rule of robot access', 'rules of robot access'),
      plural(inputs, 'input of Basic Engine Robots', 'inputs of Basic Engine Robots'), plural(others, 'other right', 'other rights')].join(', '),
  between: 'What was changed between the two is not here, unless the newer state was found beside it.',
  warnings: 'Found while restoring',

  quarantined: 'Quarantined OAuth clients',
  quarantinedBody: 'Their tokens came out of the backup, and the provider may have issued newer refresh tokens since. Living access tokens are handed '
    + 'out; nothing is renewed. Signing in again is safe in any case, and ends it. Lifting is right where nothing was renewed after the backup.',
  noneQuarantined: 'No client is quarantined any more.',
  client: 'OAuth client',
  account: 'Account',
  token: 'Access token lives until',
  noToken: 'None lives',
  lift: 'Lift',
  more: (n: number) => `Show more: ${number(n)} left`,
  liftOne: (label: string) => `Lift the quarantine of ${label}`,
  liftSystem: (system: string) => `Lift all of ${isolated(system)}`,
  liftAll: 'Lift all',
  shownOf: (n: number, total: number) => `${number(n)} of ${number(total)}`,

  boxes: 'Allowed for Basic Engine Robots',
  boxesBody: 'Restored Basic Engine Robots take these clients as input, so “Allow access for Basic Engine Robots” was turned on. Look whether that is '
    + 'wanted: it is less secure than look-ups.',
  noBoxes: 'No client’s box was turned on.',
  review: 'Configure',
  reviewOne: (label: string) => `Configure ${label}`,

  suspended: 'Suspended',
  suspendedBody: 'They were in the backup, and nothing newer confirms that they still hold: they may have been revoked or deleted since. Until somebody '
    + 'lifts it they do nothing. Whoever should not be let in again: delete or revoke it where it is kept.',
  noneSuspended: 'Nothing is suspended any more.',
  kind: 'Kind',
  name: 'Name',
  kinds: { user: 'User', api_key: 'API key', robot_key: 'Key of a robot', robot_access: 'Rule of robot access',
    secret_access: 'Rule to read a secret', robot_input: 'Input of a Basic Engine Robot' },
  since: 'Since',
  liftSuspension: (name: string) => `Lift the suspension of ${name}`,
  liftSuspensionTitle: (name: string) => `Let ${isolated(name)} in again?`,
  liftSuspensionBody: 'It holds again as the backup has it, at once. Do so only if you know that nobody took it away since.',
  liftAllSuspensions: 'Lift all',
  liftAllSuspensionsTitle: (n: number) => `Lift all ${number(n)} suspensions?`,
  liftAllSuspensionsBody: 'All of them hold again as the backup has them, at once: also what somebody revoked after that backup was made. Do so only '
    + 'if nothing was revoked since, or the old server was never in the wrong hands.',
  notLifted: (n: number) => `${plural(n, 'user', 'users')} may do more than you: somebody who may do as much has to lift them.`,
  liftedSuspensions: (n: number) => `${plural(n, 'suspension', 'suspensions')} lifted`,
} as const;
