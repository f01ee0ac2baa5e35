// The words of what waits for somebody, for the start page.
import { isolated, plural } from '../messages';

/** A kind of `GET /api/v1/attention`: what it is, who must do what, and where. */
export interface AttentionWords {
  mark: string;
  isBad: boolean;
  title: (n: number) => string;
  todo: string;
  path: string;
}

export const attention = {
  card: 'Safe-keeping needs somebody',
  about: (title: string, name: string) => `${title}: ${isolated(name)}`,
  unknown: 'Something waits for an administrator',
  unknownTodo: 'This console does not know what. Ask whoever runs this server, and look at its log.',
  kinds: {
    canary_touched: {
      mark: 'Alarm', isBad: true, path: '/repository/vault/oauth-clients',
      title: (n) => (n === 1 ? 'A canary was looked up' : `Canaries were looked up ${plural(n, 'time', 'times')}`),
      todo: 'Nobody has a reason to. Whoever is responsible for security: see in its history which robot asked, from where, and stop that robot at once.',
    },
    recovery_file_missing: {
      mark: 'At risk', isBad: true, path: '/administration/keys',
      title: () => 'There is no recovery file for the root key',
      todo: 'If the root key is lost now, everything stored here is lost with it. Somebody with access to the host writes the file: a minute’s work.',
    },
    backup_failed: {
      mark: 'Failed', isBad: true, path: '/administration/backups',
      title: () => 'The last backup failed',
      todo: 'Somebody with access to the host looks at the backup directory: is it there, is it full, may the server write to it?',
    },
    backup_missing: {
      mark: 'At risk', isBad: true, path: '/administration/backups',
      title: () => 'There is no backup that would bring this server back',
      todo: 'Somebody with access to the host configures backups, or makes one now.',
    },
    restore_to_review: {
      mark: 'To review', isBad: false, path: '/administration/restore-report',
      title: () => 'This server was restored from a backup',
      todo: 'An administrator goes through the report: what was suspended, and which boxes were turned on.',
    },
    clients_quarantined: {
      mark: 'Quarantined', isBad: false, path: '/administration/restore-report',
      title: (n) => `${plural(n, 'OAuth client is', 'OAuth clients are')} quarantined after a restore`,
      todo: 'Nothing of them is renewed. Account owners sign in again, or somebody who knows that nothing was renewed since lifts it.',
    },
    clients_dying: {
      mark: 'Soon', isBad: false, path: '/repository/vault/oauth-clients',
      title: (n) => `${plural(n, 'OAuth client stops', 'OAuth clients stop')} working within a week`,
      todo: '“Will stop working” says which, why, and what to do. Most want the owner of their account to sign in again.',
    },
    sink_failing: {
      mark: 'Failing', isBad: true, path: '/administration/audit-log',
      title: (n) => `The audit log does not reach ${n === 1 ? 'one of its sinks' : plural(n, 'sink', 'sinks')}`,
      todo: 'Nothing is lost: it is sent once it is reached again. Somebody with access to the host looks at the network and the sink.',
    },
    notifications_given_up: {
      mark: 'Given up', isBad: true, path: '/administration/notifications',
      title: (n) => `${plural(n, 'notification was', 'notifications were')} given up`,
      todo: 'Somebody was not told what happened to a client. An administrator sees which receiver took nothing and why, mends it, and has the dead letters tried again.',
    },
    target_system_at_fault: {
      mark: 'Refused', isBad: true, path: '/repository/vault/target-systems',
      title: () => 'A service provider refuses a target system’s credentials',
      todo: 'Nothing is renewed for its clients. The owner of the target system enters the right secret, or mends the application at the provider, and presses Test connection.',
    },
  } as Record<string, AttentionWords>,
} as const;
