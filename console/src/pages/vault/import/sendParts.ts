// Sends a file's rows to the server, part by part, and keeps what became of each.
import { api, fetchAll } from '../../../api/client';
import type { OAuthClient } from '../oauth-clients/clientTypes';
import { nameKey, type ImportFile, type ImportPart, type RowProblem } from './importFile';

/** Where all rows go: ids of the project and the target system. */
export interface Destination {
  project: string;
  system: string;
  /** How people call the two. */
  name: string;
}

export type Outcome = 'created' | 'updated' | 'refused' | 'unknown' | 'unsent';

/** What became of a row, or would. */
export interface RowOutcome {
  outcome: Outcome;
  /** Why it is refused. */
  problem?: RowProblem;
}

export interface Sending {
  /** Nothing is stored. */
  isDryRun: boolean;
  /** Numbers of the rows that are meant. */
  rows: readonly number[];
  /** Keys of the labels that are there already. */
  labels: ReadonlySet<string>;
  /** Asked between two parts. */
  isStopped: () => boolean;
  onProgress: (done: number) => void;
  signal?: AbortSignal;
}

/** Keys of the labels of all clients that the target system has. Throws an ApiError. */
export async function readLabels({ project, system }: Destination, signal?: AbortSignal): Promise<Set<string>> {
  const clients = await fetchAll<OAuthClient>('/api/v1/oauth-clients', { project, target_system: system }, undefined, signal);
  return new Set(clients.map((client) => nameKey(client.label)));
}

/**
 * Sends the rows and writes into `outcomes`, by the row's number. Answers why it ended before its end, if it did: the rows of a part
 * whose answer did not come are then `unknown`.
 */
export async function sendParts(
  file: ImportFile, to: Destination, outcomes: Map<number, RowOutcome>, sending: Sending,
): Promise<unknown> {
  for (const row of sending.rows) outcomes.set(row, ofProblem(file.rows[row]?.problem) ?? { outcome: 'unsent' });
  let done = sending.rows.filter((row) => outcomes.get(row)?.outcome === 'refused').length;
  for (const part of file.parts(sending.rows)) {
    if (sending.isStopped()) return undefined;
    sending.onProgress(done);
    try {
      const refused = await sendPart(part, to, sending);
      for (const row of part.rows.values()) {
        const isThere = sending.labels.has(nameKey(file.rows[row]?.label ?? ''));
        outcomes.set(row, ofProblem(refused.get(row)) ?? { outcome: isThere ? 'updated' : 'created' });
      }
    } catch (failure) {
      for (const row of part.rows.values()) outcomes.set(row, { outcome: 'unknown' });
      return failure;
    }
    done += part.rows.size;
  }
  sending.onProgress(done);
  return undefined;
}

function ofProblem(problem: RowProblem | undefined): RowOutcome | undefined {
  return problem && { outcome: 'refused', problem };
}

/** What the server refuses of a part, by the row's number. Throws an ApiError. */
async function sendPart(part: ImportPart, to: Destination, { isDryRun, signal }: Sending): Promise<Map<number, RowProblem>> {
  const report = await api.post('/api/v1/oauth-clients/import', {
    signal, body: { project: to.project, target_system: to.system, format: 'csv', content: part.content, dry_run: isDryRun },
  });
  const refused = new Map<number, RowProblem>();
  for (const { line, field, detail } of report.failed) {
    const row = part.rows.get(line);
    if (row !== undefined) refused.set(row, { field, detail });
  }
  return refused;
}

/** How many rows have each outcome. */
export function countOutcomes(outcomes: ReadonlyMap<number, RowOutcome>): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { created: 0, updated: 0, refused: 0, unknown: 0, unsent: 0 };
  for (const { outcome } of outcomes.values()) counts[outcome]++;
  return counts;
}
