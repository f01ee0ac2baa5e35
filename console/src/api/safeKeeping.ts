// What keeps the server's data safe: its keys, its backups, and what a restore left for people to decide.
import type { components } from './schema';

export type Keys = components['schemas']['Keys'];
export type DataKey = components['schemas']['DataKey'];
export type KeyRotation = components['schemas']['KeyRotation'];

/** One backup file of the server's backup directory. Left out: an older server does not say it. */
export interface Backup {
  name: string;
  created_at: string;
  /** Bytes. */
  size: number;
  is_verified?: boolean;
  server_version?: string;
  by?: string;
}

/** When backups are made by themselves. */
export interface BackupSchedule {
  /** 0: no backup directory is configured, so none is made at all. */
  every_hours: number;
  keep: number;
  next_at: string | null;
  /** Since when none could be made; null: the last one succeeded. */
  last_failure: string | null;
}

/** `GET /api/v1/backups`. */
export interface Backups {
  items: Backup[];
  schedule: BackupSchedule;
}

/** `GET /api/v1/restore-report`. */
export interface RestoreReport {
  restored_at: string;
  backup_created_at: string;
  basic_engine_clients: { id: string; label: string }[];
  quarantined: number;
  suspended: { users: number; api_keys: number; robot_keys: number; robot_access: number; others?: number };
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
