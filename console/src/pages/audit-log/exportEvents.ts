// Audit events as a file: CSV for a spreadsheet, JSON for whoever wants to check the chain.
import { auditLog as words } from '../../app/messages/auditLog';
import { saveCsv, saveFile } from '../../components/csv';
import { actionName, type ActorName, type AuditEntry } from './events';

export function exportEvents(kind: 'csv' | 'json', entries: readonly AuditEntry[], actorName: ActorName): void {
  if (kind === 'json') {
    saveFile(`${words.title}.json`, 'application/json', [JSON.stringify(entries, null, 1), '\n']);
    return;
  }
  saveCsv(words.title, entries, [
    { header: words.sequence, csv: (row) => String(row.sequence) },
    { header: words.time, csv: (row) => row.event.at },
    { header: words.action, csv: (row) => actionName(row.event.action) },
    { header: words.outcome, csv: (row) => row.event.outcome },
    { header: words.actor, csv: (row) => actorName(row.event) },
    { header: words.actorId, csv: (row) => row.event.actor_id ?? '' },
    { header: words.subject, csv: (row) => row.event.subject_name ?? '' },
    { header: words.subjectId, csv: (row) => row.event.subject_id ?? '' },
    { header: words.reason, csv: (row) => row.event.reason ?? '' },
    { header: words.peer, csv: (row) => row.event.peer ?? '' },
    { header: words.request, csv: (row) => row.event.request_id ?? '' },
    { header: words.hash, csv: (row) => row.hash },
  ]);
}
