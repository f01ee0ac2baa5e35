// The words of one part of the console; read when it is.
import { isolated, number, plural } from '../messages';

export const keys = {
  title: 'Keys',
  lead: 'Every secret here is sealed with a data key: one for each project, and one for the server. The root key opens the data keys.',
  forbidden: 'You may not see the keys of this server',
  forbiddenBody: 'It needs the permission “Manage the server” for all projects. Ask an administrator of this server.',

  root: 'Root key',
  rootFacts: 'What is known of the root key',
  source: 'Where it is',
  sources: {
    file: 'In a file on this host',
    systemd_credential: 'A credential that systemd gives to the service',
    passphrase: 'Made from a passphrase, when the server starts',
    pkcs11: 'In a security module (PKCS#11), which it never leaves',
    development_file: 'In the data directory, for development only',
  } as Record<string, string>,
  development: 'This is a development server',
  developmentBody: 'Whoever has a copy of its data directory has the root key too, and can read everything. Nothing that matters belongs here.',
  id: 'Fingerprint',
  unfinished: 'The rotation of the root key is not finished',
  unfinishedBody: 'The root key before still opens everything. Put the new one in its place in the configuration, and restart the server, or call '
      + '“strongroom key finish-root-rotation” on the host: then it ends.',
  rotatedAt: 'Last rotated',
  exportedAt: 'Recovery file written',
  notRotated: 'Never: it is the first',
  notExported: 'Never',

  lossTitle: 'What losing the root key means',
  loss: [
    'Without it nobody can read what is stored here: no token, no refresh token, no consumer secret, no private key. There is no back door.',
    'Backups do not help by themselves: they hold the same sealed values, and the root key is not in them unless somebody asked for that.',
    'Every secret would have to be entered again, and every account owner would have to sign in again.',
    'A recovery file is a copy of the root key, sealed with a passphrase or for a recipient’s key. With it, and a backup, everything comes back.',
  ],
  recovery: {
    missing: 'There is no recovery file yet',
    missingBody: 'If the root key is lost now, everything stored here is lost with it. Somebody with access to the host has to write a recovery '
      + 'file; it takes a minute.',
    outdated: 'There is no recovery file of this root key',
    outdatedBody: 'The root key was rotated. What is stored now, and backups made from now on, do not open with a recovery file of the one before: '
      + 'write a new one.',
    there: 'A recovery file was written',
    thereBody: 'Keep it away from this server and from its backups, and try now and then that it opens:',
  },
  exportHow: 'On the host, as the user that the server runs as:',
  exportCommand: 'Write a recovery file',
  checkCommand: 'Check a recovery file',
  exportAfter: 'Keep the file and its passphrase in two places, neither of them this server. This page knows by itself that it was written.',
  rotateRoot: 'Rotate the root key',
  rotateRootBody: 'On the host, while the server runs. Data keys are sealed anew, and nothing else changes; the old root key opens older backups, '
    + 'so keep its recovery file as long as you keep those. Afterwards a new recovery file is needed. In place of a file: --new-passphrase-file, or '
    + '--to-token for the configured security module.',
  rotateRootCommand: 'Command to rotate the root key',

  data: 'Data keys',
  dataBody: 'Rotating makes a new data key and seals everything of that project anew with it, while the server goes on serving. Then the old key '
    + 'is destroyed. Older backups still hold it, sealed.',
  of: 'Of',
  server: 'The server',
  serverHelp: 'accounts, target systems of all projects, audit trail',
  gone: (id: string) => `A project that is gone (${id})`,
  age: 'Age',
  days: (n: number) => (n < 1 ? 'Made today' : plural(n, 'day', 'days')),
  sealed: 'Sealed at most',
  values: (n: number) => plural(n, 'value', 'values'),
  state: 'State',
  current: 'In use',
  retiring: (left: number) => `Being replaced: ${plural(left, 'value', 'values')} left`,
  none: 'There is no data key yet: the first secret makes one.',
  rotate: 'Rotate',
  rotateOne: (name: string) => `Rotate the data key of ${isolated(name)}`,
  rotateAll: 'Rotate all',
  rotateTitle: (name: string) => `Rotate the data key of ${isolated(name)}?`,
  rotateAllTitle: 'Rotate all data keys?',
  rotateQuestion: 'A new key is made, and everything that the old one sealed is sealed anew in the background. Robots go on getting their tokens. '
    + 'It goes on by itself after a restart.',
  rotateBegun: 'The rotation has begun',
  rotating: (name: string) => `Rotating the data key of ${isolated(name)}`,
  stuck: 'Some values do not open, so the old key is kept. Whoever runs this server: its log names them.',
  progress: (done: number, total: number) => `${number(done)} of ${number(total)} values`,
  since: 'Since',
  underWay: 'Rotations under way',
} as const;

/** What to type on the host. Names in capitals are for people to replace. */
export const keyCommands = {
  exportRecovery: 'strongroom key export-recovery --data DATA_DIRECTORY --passphrase-file PASSPHRASE_FILE RECOVERY_FILE',
  checkRecovery: 'strongroom key check-recovery --data DATA_DIRECTORY --passphrase-file PASSPHRASE_FILE RECOVERY_FILE',
  makeRoot: '(umask 077; openssl rand -hex 32 > NEW_ROOT_KEY_FILE)',
  rotateRoot: 'strongroom key rotate-root --data DATA_DIRECTORY --new-root-key-file NEW_ROOT_KEY_FILE',
} as const;
