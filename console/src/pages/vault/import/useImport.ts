// An import from a file, from the file to the report.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { saveCsv } from '../../../components/csv';
import { showToast } from '../../../components/toastStore';
import { clientsPath } from '../oauth-clients/clientTypes';
import type { ImportFile, ListedRow } from './importFile';
import { countOutcomes, readLabels, sendParts, type Destination, type RowOutcome } from './sendParts';

/** How far it is. */
export type Phase = 'choosing' | 'checking' | 'checked' | 'importing' | 'done';

export interface Import {
  phase: Phase;
  file?: ImportFile;
  /** By the row's number: what would become of it, and afterwards what did. */
  outcomes: ReadonlyMap<number, RowOutcome>;
  /** How many of the rows are dealt with. */
  done: number;
  isStopping: boolean;
  /** Why the last step ended before its end. */
  error: unknown;
  /** Another file, or none; what was read of the last one is forgotten. */
  take: (file: ImportFile | undefined) => void;
  /** Where it goes; known once it is checked. */
  to?: Destination;
  /** Back to choosing; the file stays. */
  back: () => void;
  check: (to: Destination) => Promise<void>;
  /** Stores what the check let through; afterwards, what was not sent or answered. */
  run: () => Promise<void>;
  stop: () => void;
}

interface State {
  phase: Phase;
  to?: Destination;
  outcomes: ReadonlyMap<number, RowOutcome>;
  done: number;
  isStopping: boolean;
  error: unknown;
}

const beginning: State = { phase: 'choosing', outcomes: new Map(), done: 0, isStopping: false, error: undefined };

export function useImport(): Import {
  const [file, setFile] = useState<ImportFile>();
  const [state, setState] = useState(beginning);
  const queries = useQueryClient();
  const labels = useRef<ReadonlySet<string>>(new Set());
  const isStopped = useRef(false);
  const left = useLeft(file, state.phase === 'importing');
  const change = (part: Partial<State>) => setState((before) => ({ ...before, ...part }));

  const check = async (to: Destination) => {
    if (!file) return;
    const outcomes = new Map<number, RowOutcome>();
    isStopped.current = false;
    change({ ...beginning, phase: 'checking', to });
    let error: unknown;
    try {
      labels.current = await readLabels(to, left.signal());
      error = await sendParts(file, to, outcomes, {
        isDryRun: true, rows: file.rows.map((_, row) => row), labels: labels.current, signal: left.signal(),
        isStopped: () => isStopped.current || left.is(), onProgress: (done) => change({ done }),
      });
    } catch (failure) {
      error = failure;
    }
    if (error !== undefined || isStopped.current) change({ ...beginning, error });
    else change({ phase: 'checked', outcomes });
  };

  const run = async () => {
    const { to } = state;
    if (!file || !to) return;
    const outcomes = new Map(state.outcomes);
    const rows = [...outcomes].flatMap(([row, { outcome }]) => (isDue(outcome, state.phase) ? [row] : []));
    isStopped.current = false;
    change({ phase: 'importing', done: 0, isStopping: false, error: undefined });
    const error = await sendParts(file, to, outcomes, {
      isDryRun: false, rows, labels: labels.current, isStopped: () => isStopped.current, onProgress: (done) => change({ done }),
    });
    const { created, updated, unknown, unsent } = countOutcomes(outcomes);
    // What was not sent can still be.
    if (left.is() || unknown + unsent === 0) file.forget();
    change({ phase: 'done', outcomes, error, isStopping: false });
    if (left.is()) tell(file.rows, outcomes, created, updated);
    await queries.invalidateQueries({ queryKey: [clientsPath] });
  };

  return {
    ...state, file, check, run,
    take: (next) => {
      file?.forget();
      setFile(next);
      setState(beginning);
    },
    back: () => setState(beginning),
    stop: () => {
      isStopped.current = true;
      change({ isStopping: true });
    },
  };
}

function isDue(outcome: RowOutcome['outcome'], phase: Phase): boolean {
  return phase === 'checked' ? outcome !== 'refused' : outcome === 'unknown' || outcome === 'unsent';
}

/** Whether the window was left. What is only being checked then ends; what is being imported goes on. */
function useLeft(file: ImportFile | undefined, isImporting: boolean) {
  const is = useRef(false);
  const abort = useRef(new AbortController());
  const latest = useRef({ file, isImporting });
  latest.current = { file, isImporting };
  useEffect(() => {
    is.current = false;
    abort.current = new AbortController();
    return () => {
      is.current = true;
      if (latest.current.isImporting) return;
      abort.current.abort();
      latest.current.file?.forget();
    };
  }, []);
  return { is: () => is.current, signal: () => abort.current.signal };
}

/** How an import ended whose window was left. */
function tell(rows: readonly ListedRow[], outcomes: ReadonlyMap<number, RowOutcome>, created: number, updated: number): void {
  const wrong = outcomes.size - created - updated;
  showToast({
    title: words.doneTitle(created, updated), variant: wrong > 0 ? 'warning' : 'success',
    body: wrong > 0 ? words.doneRefused(wrong) : undefined,
    action: { label: words.report, run: () => saveReport(rows, outcomes) },
  });
}

/** Has the browser save what became of each row; no token is in it. */
export function saveReport(rows: readonly ListedRow[], outcomes: ReadonlyMap<number, RowOutcome>): void {
  const { reportColumns: heads } = words;
  const of = (row: number) => outcomes.get(row);
  saveCsv(words.reportName, rows.map((row, number) => ({ row, number })), [
    { header: heads.line, csv: ({ row }) => String(row.line) },
    { header: heads.label, csv: ({ row }) => row.label },
    { header: heads.outcome, csv: ({ number }) => words.outcomes[of(number)?.outcome ?? 'unsent'] },
    { header: heads.field, csv: ({ number }) => of(number)?.problem?.field ?? '' },
    { header: heads.detail, csv: ({ number }) => of(number)?.problem?.detail ?? '' },
  ]);
}
