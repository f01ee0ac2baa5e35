// What follows from what the server says of its keys: pure functions.
import type { Keys } from '../../api/safeKeeping';

const day_ms = 24 * 3600 * 1000;

/** Whether somebody could bring everything back if the root key were lost; `outdated`: what was written may be of the root key before. */
export type RecoveryState = 'missing' | 'outdated' | 'there';

/** A recovery file of the root key before opens what was there before, and nothing since. */
export function recoveryState(root: Pick<Keys['root'], 'rotated_at' | 'recovery_exported_at'>): RecoveryState {
  const { rotated_at: rotated, recovery_exported_at: exported } = root;
  if (exported !== null && (rotated === null || Date.parse(exported) >= Date.parse(rotated))) return 'there';
  return rotated === null ? 'missing' : 'outdated';
}

/** Whole days since then; 0 for a time to come, as where two clocks differ. */
export function ageInDays(createdAt: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(createdAt)) / day_ms));
}
