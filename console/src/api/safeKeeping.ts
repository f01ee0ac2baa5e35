// What keeps the server's data safe: its keys, its backups, and what a restore left for people to decide.
import type { components } from './schema';

export type Keys = components['schemas']['Keys'];
export type DataKey = components['schemas']['DataKey'];
export type KeyRotation = components['schemas']['KeyRotation'];

export type Backup = components['schemas']['Backup'];
export type Backups = components['schemas']['Backups'];
export type RestoreReport = components['schemas']['RestoreReport'];
export type Suspension = components['schemas']['Suspension'];

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
