// What follows from what the server says of its keys: pure functions.
import type { Keys } from '../../api/safeKeeping';

const day_ms = 24 * 3600 * 1000;

/** Whether somebody could bring everything back if the root key were lost. */
export type RecoveryState = 'missing' | 'outdated' | 'there';

/** A recovery file that was written before the root key was rotated opens what was there before, and nothing since. */
export function recoveryState(root: Keys['root']): RecoveryState {
  if (root.recovery_exported_at === null) return 'missing';
  const isOlder = root.rotated_at !== null && Date.parse(root.recovery_exported_at) < Date.parse(root.rotated_at);
  return isOlder ? 'outdated' : 'there';
}

/** Whole days since then; 0 for a time to come, as where two clocks differ. */
export function ageInDays(createdAt: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(createdAt)) / day_ms));
}
