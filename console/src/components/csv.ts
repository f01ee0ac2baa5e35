import { fetchAll, type QueryValues } from '../api/client';
import { csvLine } from './tableState';

/** A column of a CSV file. */
export interface CsvColumn<Row> {
  header: string;
  csv: (row: Row) => string;
}

/** Writes every row that `query` lets through into a file that the browser saves. Throws an ApiError. */
export async function exportCsv<Row>(
  name: string, path: string, query: QueryValues, columns: CsvColumn<Row>[], progress: (got: number, total: number) => void,
): Promise<void> {
  const rows = await fetchAll<Row>(path, query, progress);
  saveCsv(name, rows, columns);
}

/** Rows as a CSV file that the browser saves. */
export function saveCsv<Row>(name: string, rows: readonly Row[], columns: readonly CsvColumn<Row>[]): void {
  const lines = [csvLine(columns.map((column) => column.header)),
    ...rows.map((row) => csvLine(columns.map((column) => column.csv(row))))];
  // The mark tells spreadsheets that it is UTF-8.
  saveFile(`${name}.csv`, 'text/csv;charset=utf-8', ['\ufeff', lines.join('\r\n'), '\r\n']);
}

/** Has the browser save a file. */
export function saveFile(name: string, type: string, parts: (string | Blob)[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
