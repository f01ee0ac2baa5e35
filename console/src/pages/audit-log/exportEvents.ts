// The audit trail as a file: CSV for a spreadsheet; lines of JSON with what it takes to check the chain elsewhere.
import { requestFile } from '../../api/client';
import { auditLog as words } from '../../app/messages/auditLog';
import { saveFile } from '../../components/csv';
import type { Filter } from './filters';

const path = '/api/v1/audit-events/export';
/** By format, as files are called. */
const endings = { csv: 'csv', json: 'ndjson' };

/**
 * Has the browser save every event that `filter` lets through, and that the person may read. The server gives it in parts that are
 * one file, one behind the other. Throws an ApiError.
 */
export async function exportEvents(format: keyof typeof endings, filter: Filter): Promise<void> {
  const parts: Blob[] = [];
  let after: string | null = null;
  do {
    const answer: Response = await requestFile(path, { ...filter, format, after: after ?? undefined });
    parts.push(await answer.blob());
    after = answer.headers.get('X-Next-After');
  } while (after !== null);
  saveFile(`${words.title}.${endings[format]}`, parts[0]?.type ?? '', parts);
}
