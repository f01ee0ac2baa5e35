// The words of one part of the console; read when it is.
import { isolated, number, plural } from '../messages';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size for people: three digits at most, and the unit. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${(unit > 0 && value < 10 ? Math.round(value * 10) / 10 : Math.round(value)).toLocaleString()} ${units[unit]}`;
}

// The package's root key is root's own file: systemd shows it to the service, and so it does here.
const asTheService = 'sudo systemd-run --pipe --wait --collect -p User=strongroom -p LoadCredential=root-key:/etc/strongroom/root.key ';

export const backups = {
  title: 'Backups',
  lead: 'One encrypted file of everything, made while the server runs. Robots notice nothing of it.',
  forbidden: 'You may not see the backups of this server',
  forbiddenBody: 'It needs the permission “Manage the server” for all projects. Ask an administrator of this server.',

  none: 'There is no backup yet',
  noneBody: 'If the disk of this server fails now, everything stored here is lost. Back up now, and keep a copy on another machine.',
  label: 'Backups that are kept on this host',
  name: 'File',
  made: 'Made',
  size: 'Size',
  maker: 'Made by',
  makers: { schedule: 'The schedule', person: 'A person', host: 'Somebody on the host' },
  version: 'Version',
  verified: 'Verified',
  neverVerified: 'Not yet',
  findings: { whole: 'Whole', opened: 'Drill passed', damaged: 'Damaged', drill_failed: 'Drill failed' },
  unknown: 'Unknown',
  download: 'Download',
  downloadOne: (name: string) => `Download ${name}`,
  downloading: (name: string) => `Downloading ${isolated(name)}`,
  downloadFailed: 'The backup could not be downloaded',
  deleteOne: (name: string) => `Delete ${name}`,
  deleteTitle: (name: string) => `Delete the backup ${isolated(name)}?`,
  deleteBody: 'The file is removed from this host for good. Copies of it elsewhere stay.',
  deleteLast: 'It is the only one here: afterwards nothing on this host brings anything back.',
  deleted: (name: string) => `The backup ${isolated(name)} is gone`,

  now: 'Back up now',
  running: 'A backup is being made',
  runningBody: 'The server goes on serving. This page shows the file once it is whole.',
  done: 'The backup is there',

  when: 'Schedule',
  scheduleFacts: 'What is known of the schedule',
  every: 'Made by itself',
  everyHours: (n: number) => (n === 1 ? 'Every hour' : `Every ${number(n)} hours`),
  kept: 'Kept',
  keptLast: (n: number) => `The newest ${plural(n, 'file', 'files')}`,
  next: 'Next',
  soon: 'Soon',
  lastFailure: 'The last backup failed',
  failingSince: 'Since',
  failingLog: 'The server’s log says why.',
  lastFailureTodo: 'Look at the disk of the backup directory first: is it there, is it full, may the server’s user write to it? Then press '
    + '“Back up now”. This goes away with the next backup that succeeds.',

  unconfigured: 'Backups are not configured',
  unconfiguredBody: 'Nothing is kept until somebody with access to the host says where, and who will be able to read the files.',
  how: 'How to configure backups',
  keygen: 'Once, on another machine: make the key that opens backups, and keep its identity there.',
  keygenCommand: 'Make a key for backups',
  keygenBody: 'It prints a recipient, which begins with strongroom-recipient- and is no secret, and writes the identity, which opens every backup. '
    + 'The identity never belongs on this server: whoever breaks into it can then make backups, but cannot read older ones.',
  recipients: 'On this host, put the recipient into a file, one in each line: each of them can open the backups.',
  recipientsFile: 'File of recipients',
  lines: 'Then add these lines to the configuration, and restart the server.',
  linesLabel: 'Lines for the configuration',
  check: 'Try it out now and then: a drill restores into a scratch directory, opens everything, and removes it again.',
  checkCommand: 'Command for a drill',

  restore: 'How to restore',
  restoreLead: 'A restore is done on the host, by somebody who may stop the server. It is all or nothing: killed half-way, the old state or the new one '
    + 'is there, never a mixture.',
  restoreSteps: [
    { what: 'Stop the server. Robots get nothing until it is back. Where the restore is for another machine: see that the old server will not start '
        + 'again, because two servers with the same refresh tokens burn them.', command: 'systemctl stop strongroom', label: 'Stop the server' },
    { what: 'Bring the backup file and the identity that opens it to this host, and see whether the file is sound.',
      command: 'strongroom backup verify BACKUP_FILE --identity-file IDENTITY_FILE', label: 'Verify the backup' },
    { what: 'Restore, as the server’s user and with the root key that its service gets; files are named by their whole paths, and that user must be '
        + 'able to read them. Leave the old data directory where it is: what is newer there is found, such as refresh tokens and what was revoked, '
        + 'and it is kept beside the new one.',
      command: `${asTheService}strongroom backup restore BACKUP_FILE --data DATA_DIRECTORY --identity-file IDENTITY_FILE --config CONFIG_FILE`,
      label: 'Restore the backup' },
    { what: 'Where the root key is another one, as on a new host, the recovery file is needed in that step too.',
      command: `${asTheService}strongroom backup restore BACKUP_FILE --data DATA_DIRECTORY --identity-file IDENTITY_FILE --config CONFIG_FILE `
        + '--recovery-file RECOVERY_FILE --recovery-passphrase-file PASSPHRASE_FILE',
      label: 'Restore with the recovery file' },
    { what: 'Start the server, and go through the restore report: it says what waits for a decision.',
      command: 'systemctl start strongroom', label: 'Start the server' },
    { what: 'Where nobody can sign in, because nothing newer confirmed any user: this lets an administrator in with a new password.',
      command: 'sudo strongroom user reset-password admin --data DATA_DIRECTORY', label: 'Let an administrator in' },
  ],
  restoreAfter: 'What a restore does not do: it does not use old refresh tokens, which would end grants at the provider, and it does not bring back '
    + 'rights that were taken away since. Both wait for somebody’s decision.',
  report: 'Open the restore report',
  docs: 'The bad day, step by step, is in docs/backup.md, which comes with the server.',
} as const;

/** What to type or write on the host. Names in capitals are for people to replace. */
export const backupLines = {
  keygen: 'strongroom backup keygen --identity-file IDENTITY_FILE',
  recipients: '/etc/strongroom/backup-recipients',
  config: '[backup]\ndirectory = "/var/lib/strongroom-backups"\nrecipients_file = "/etc/strongroom/backup-recipients"\nevery_hours = 24\nkeep = 14',
  drill: `${asTheService}strongroom backup verify BACKUP_FILE --identity-file IDENTITY_FILE --drill --data DATA_DIRECTORY --config CONFIG_FILE`,
} as const;
