// What keeps the server's data safe: its keys, its backups, and what a restore left for people to decide.

/** Where the root key is. */
export type RootKeySource = 'file' | 'systemd_credential' | 'passphrase' | 'pkcs11' | 'development_file';

/** A data key: of one project, or of the server itself. */
export interface DataKey {
  id: string;
  /** Null: the server's own. */
  project: string | null;
  project_name: string;
  created_at: string;
  /** How many values it may have sealed: counted in blocks, so never too low. */
  seals_reserved: number;
  is_current: boolean;
  /** Of a key that is being replaced: how many values are still sealed with it. */
  values_left: number;
}

/** A data key that is being replaced. */
export interface KeyRotation {
  project: string | null;
  started_at: string;
  done: number;
  total: number;
  /** Values do not open, so the old key is kept. */
  is_stuck: boolean;
}

/** `GET /api/v1/keys`. */
export interface Keys {
  root: {
    source: RootKeySource;
    /** Names it, and tells nothing about it. */
    id: string;
    /** The former one still opens everything, until the server was started with the new one. */
    rotation_unfinished: boolean;
    rotated_at: string | null;
    /** Null: there is no recovery file of this root key. */
    recovery_exported_at: string | null;
  };
  data_keys: DataKey[];
  rotations: KeyRotation[];
}

/** One backup file of the server's backup directory. */
export interface Backup {
  name: string;
  created_at: string;
  /** Bytes. */
  size: number;
  is_verified: boolean;
  server_version: string;
  by: string;
}

/** When backups are made by themselves. */
export interface BackupSchedule {
  every_hours: number;
  keep: number;
  next_at: string | null;
  last_failure: { at: string; message: string } | null;
}

/** `GET /api/v1/backups`. */
export interface Backups {
  items: Backup[];
  /** Null: no backup directory is configured. */
  schedule: BackupSchedule | null;
}

/** `GET /api/v1/restore-report`. */
export interface RestoreReport {
  restored_at: string;
  backup_created_at: string;
  basic_engine_clients: { id: string; label: string }[];
  quarantined: number;
  suspended: { users: number; api_keys: number; robot_keys: number; robot_access: number };
  warnings: string[];
}

/** Something that a restore found in the backup and nothing newer confirmed. */
export interface Suspension {
  id: string;
  kind: string;
  name: string;
  suspended_at: string;
}

/** What waits for a person, whoever it is. */
export interface AttentionItem {
  kind: string;
  since: string | null;
  count: number;
  subject: { id: string; name: string } | null;
}

export const keysPath = '/api/v1/keys';
export const backupsPath = '/api/v1/backups';
export const restoreReportPath = '/api/v1/restore-report';
export const suspensionsPath = '/api/v1/suspensions';
export const attentionPath = '/api/v1/attention';

/** What a restore left with an OAuth client: null where there is nothing to decide. */
export interface AfterRestore {
  quarantined_at?: string | null;
  basic_engine_restored_at?: string | null;
}
