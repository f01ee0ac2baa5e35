// A file of many tokens: read in the browser as far as it takes to say whose they are, and cut into what the server takes at once.
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { decodeText, FileProblem, parseDelimited } from './delimited';

/** The columns, by their names in a file's first line; the members of a row in JSON. */
export const columns = ['label', 'refresh_token', 'access_token', 'expires_at', 'scope', 'tenant', 'account_name'] as const;
export type Column = (typeof columns)[number];

export const largestFile = 8 * 1024 * 1024;
export const mostRows = 5000;

// As a text within a body a row grows, and a body has 256 KiB. Few at a time, so that it shows how far it is.
const mostOfPart = 160 * 1024;
const mostRowsOfPart = 100;
const mostOfRow = 240 * 1024;
const longestToken = 64 * 1024 + 2;
const longestLabel = 128;

export interface RowProblem {
  /** The column that is meant; '': none of them. */
  field: string;
  /** In plain words. */
  detail: string;
}

/** What may be shown of a row: nothing that could be a token. */
export interface ListedRow {
  /** The line of the file; of JSON, the number of the element. From 1. */
  line: number;
  label: string;
  hasRefreshToken: boolean;
  hasAccessToken: boolean;
  /** Why it is not sent. */
  problem?: RowProblem;
}

/** One request's worth. */
export interface ImportPart {
  content: string;
  /** By the line that the server knows it by: which row of the file it is. */
  rows: Map<number, number>;
}

type Values = Partial<Record<Column, string>>;

interface ReadRow {
  line: number;
  values: Values;
  problem?: RowProblem;
}

interface ReadFile {
  rows: ReadRow[];
  unknown: string[];
}

/** How names are compared: upper and lower case do not matter. */
export function nameKey(label: string): string {
  return label.trim().normalize().toLowerCase();
}

/** What was read. The values stay inside: `rows` is what may be shown. */
export class ImportFile {
  readonly rows: ListedRow[];
  /** Columns that mean nothing here, as far as they may be shown. */
  readonly unknown: string[];
  #values: Values[];

  constructor(readonly name: string, readonly format: 'csv' | 'json', read: ReadFile) {
    findTwice(read.rows);
    this.unknown = read.unknown;
    this.rows = read.rows.map(listed);
    this.#values = read.rows.map(({ values }) => values);
  }

  /** No row brings a token of either kind. */
  get hasNoToken(): boolean {
    return !this.rows.some((row) => row.hasRefreshToken || row.hasAccessToken);
  }

  /** The rows with these numbers, with what is wrong left out, as CSV with a first line each. */
  *parts(wanted: readonly number[]): Generator<ImportPart> {
    const header = csvOf(columns);
    let part: ImportPart = { content: header, rows: new Map() };
    let size = header.length;
    let line = 2;
    for (const row of wanted) {
      const values = this.#values[row];
      if (!values || this.rows[row]?.problem) continue;
      const text = csvOf(columns.map((column) => values[column] ?? ''));
      const grows = sizeInBody(text);
      if (part.rows.size > 0 && (size + grows > mostOfPart || part.rows.size >= mostRowsOfPart)) {
        yield part;
        part = { content: header, rows: new Map() };
        size = header.length;
        line = 2;
      }
      part.rows.set(line, row);
      part.content += text;
      size += grows;
      line += text.split('\n').length - 1;
    }
    if (part.rows.size > 0) yield part;
  }

  /** Lets go of all that could be a secret. */
  forget(): void {
    this.#values = [];
  }
}

/** Reads a file. Throws a FileProblem. */
export function readImportFile(name: string, bytes: Uint8Array): ImportFile {
  if (bytes.length > largestFile) throw new FileProblem('tooLarge');
  return readImportText(name, decodeText(bytes));
}

/** Reads what was pasted. Throws a FileProblem. */
export function readImportText(name: string, text: string): ImportFile {
  if (text.length > largestFile) throw new FileProblem('tooLarge');
  if (text.trim() === '') throw new FileProblem('empty');
  const isJson = /^\s*[[{]/.test(text);
  const read = isJson ? rowsOfJson(text) : rowsOfCsv(text);
  if (read.rows.length === 0) throw new FileProblem('noRows');
  if (read.rows.length > mostRows) throw new FileProblem('tooMany');
  return new ImportFile(name, isJson ? 'json' : 'csv', read);
}

function columnOf(name: string): Column | undefined {
  const plain = name.trim().toLowerCase().replace(/[\s-]+/g, '_');
  return columns.find((column) => column === plain);
}

// A file without a first line that names the columns has a token there.
function showable(name: string, at: number): string {
  return /^[\p{L}\p{N} _.-]{1,40}$/u.test(name) ? name : words.columnAt(at + 1);
}

function rowsOfCsv(text: string): ReadFile {
  const [header, ...records] = parseDelimited(text);
  if (!header) throw new FileProblem('empty');
  const known = header.fields.map(columnOf);
  if (!known.includes('label')) throw new FileProblem('noLabel', header.line);
  const named = known.filter((column) => column !== undefined);
  if (new Set(named).size < named.length) throw new FileProblem('twice', header.line);
  const rows = records.map(({ line, fields }): ReadRow => {
    const values: Values = {};
    known.forEach((column, at) => {
      if (column) values[column] = fields[at] ?? '';
    });
    const isWhole = fields.length === known.length;
    return { line, values, problem: isWhole ? wrongIn(values) : { field: '', detail: words.otherFields } };
  });
  const unknown = header.fields.flatMap((name, at) => (known[at] || name.trim() === '' ? [] : [showable(name, at)]));
  return { rows, unknown };
}

function rowsOfJson(text: string): ReadFile {
  const list = parsed(text);
  if (!Array.isArray(list)) throw new FileProblem('list');
  const unknown = new Set<string>();
  const rows = list.map((item: unknown, at): ReadRow => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return { line: at + 1, values: {}, problem: { field: '', detail: words.noObject } };
    }
    const values: Values = {};
    let problem: RowProblem | undefined;
    for (const [name, value] of Object.entries(item)) {
      const column = columnOf(name);
      if (!column) unknown.add(showable(name, unknown.size));
      else if (typeof value === 'string') values[column] = value;
      else if (value !== null) problem ??= { field: column, detail: words.noText };
    }
    return { line: at + 1, values, problem: problem ?? wrongIn(values) };
  });
  return { rows, unknown: [...unknown] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The browser's own words quote what stands there.
    throw new FileProblem('json');
  }
}

/** What would make the server refuse all that is sent along with the row, or show what it must not. */
function wrongIn(values: Values): RowProblem | undefined {
  if ([...(values.label ?? '').trim()].length > longestLabel) return { field: 'label', detail: words.longLabel };
  for (const column of columns) {
    const value = values[column] ?? '';
    const isToken = column === 'refresh_token' || column === 'access_token';
    if (/\p{Cs}/u.test(value) || value.includes('\0')) return { field: column, detail: words.noLetters };
    if (isToken && value.length > longestToken) return { field: column, detail: words.longToken };
  }
  if (sizeInBody(csvOf(columns.map((column) => values[column] ?? ''))) > mostOfRow) return { field: '', detail: words.longRow };
  return undefined;
}

/** The server tells two rows of one label only within what is sent at once. */
function findTwice(rows: ReadRow[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const key = nameKey(row.values.label ?? '');
    if (key !== '' && seen.has(key)) row.problem ??= { field: 'label', detail: words.twice };
    seen.add(key);
  }
}

function listed({ line, values, problem }: ReadRow): ListedRow {
  const label = values.label ?? '';
  return {
    line, problem, label: [...label.trim()].length > longestLabel ? '' : label.trim(),
    hasRefreshToken: Boolean(values.refresh_token), hasAccessToken: Boolean(values.access_token),
  };
}

/** One record as it is sent: just as it was, whatever a spreadsheet would make of it. */
function csvOf(values: readonly string[]): string {
  return `${values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\n`;
}

function sizeInBody(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}
