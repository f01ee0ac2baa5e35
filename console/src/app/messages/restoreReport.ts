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
  between: 'What was changed between the two is not here, unless the newer state was found beside it.',
  warnings: 'Found while restoring',

  quarantined: 'Quarantined OAuth clients',
  quarantinedBody: 'Their tokens came out of the backup, and the provider may have issued newer refresh tokens since. Living access tokens are handed '
    + 'out; nothing is renewed. Signing in again is safe in any case, and ends it. Lifting is right where nothing was renewed after the backup.',
  noneQuarantined: 'No client is quarantined any more.',
  client: 'OAuth client',
  system: 'Target system',
  account: 'Account',
  token: 'Access token lives until',
  noToken: 'None lives',
  lift: 'Lift',
  more: (n: number) => `Show more: ${number(n)} left`,
  liftOne: (label: string) => `Lift the quarantine of ${label}`,
  liftSystem: (system: string) => `Lift all of ${isolated(system)}`,
  liftAll: 'Lift all',
  shownOf: (n: number, total: number) => `${number(n)} of ${number(total)}`,
  inList: 'All of them in the list of clients',

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
  kinds: {
    user: 'User', group_member: 'Member of a group', api_key: 'API key', robot_key: 'Robot key', robot_identity: 'Robot sign-in',
    robot_access: 'Rule of robot access', secret_access: 'Rule of access to a secret', role_grant: 'Role of a group',
  } as Record<string, string>,
  since: 'Since',
  liftSuspension: (name: string) => `Lift the suspension of ${name}`,
  liftSuspensionTitle: (name: string) => `Let ${isolated(name)} in again?`,
  liftSuspensionBody: 'It holds again as the backup has it, at once. Do so only if you know that nobody took it away since.',
  liftAllSuspensions: 'Lift all',
  liftAllSuspensionsTitle: (n: number) => `Lift all ${number(n)} suspensions?`,
  liftAllSuspensionsBody: 'All of them hold again as the backup has them, at once: also what somebody revoked after that backup was made. Do so only '
    + 'if nothing was revoked since, or the old server was never in the wrong hands.',
  liftedSuspensions: (n: number) => `${plural(n, 'suspension', 'suspensions')} lifted`,
} as const;
