// The state of a table in its address: pure functions, so that the rules can be tested without a browser.
import type { SearchChange } from '../app/url';

export const pageSizes = [20, 50, 100] as const;

/** Filter, order, page: what decides which rows are shown. */
export interface TableState {
  filter: string;
  /** As the API takes it: a name, with `-` in front descending; '' is the API's own order. */
  sort: string;
  page: number;
  pageSize: number;
  /** Ids of the columns that are shown. */
  columns: string[];
}

/** What counts where the address says nothing. */
export interface TableDefaults {
  sort: string;
  pageSize: number;
  columns: string[];
  /** Every column there is, in order. */
  allColumns: string[];
  /** What may be sorted by. */
  sortable: string[];
}

function positive(value: string | null): number | undefined {
  return value !== null && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}

/** Reads an address; what it says wrongly counts as not said, because people edit and mail addresses. */
export function readTableState(search: string, defaults: TableDefaults): TableState {
  const parameters = new URLSearchParams(search);
  const sort = parameters.get('sort') ?? '';
  const size = positive(parameters.get('page_size'));
  const wanted = parameters.get('columns')?.split(',') ?? [];
  const columns = defaults.allColumns.filter((id) => wanted.includes(id));
  return {
    filter: parameters.get('filter') ?? '',
    sort: defaults.sortable.includes(sort.replace(/^-/, '')) ? sort : defaults.sort,
    page: positive(parameters.get('page')) ?? 1,
    pageSize: size && (pageSizes as readonly number[]).includes(size) ? size : defaults.pageSize,
    columns: columns.length > 0 ? columns : defaults.columns,
  };
}

/**
 * The change of address for a change of state. Everything but the page itself goes back to page 1: page 7 of other rows is
 * nobody's wish. What equals the default is left out, so that addresses stay short.
 */
export function tableChange(change: Partial<TableState>, defaults: TableDefaults): SearchChange {
  const wanted: SearchChange = {};
  if (change.filter !== undefined) wanted.filter = change.filter;
  if (change.sort !== undefined) wanted.sort = change.sort === defaults.sort ? undefined : change.sort;
  if (change.pageSize !== undefined) wanted.page_size = change.pageSize === defaults.pageSize ? undefined : change.pageSize;
  if (change.columns !== undefined) {
    const ids = change.columns.join(',');
    wanted.columns = ids === defaults.columns.join(',') ? undefined : ids;
    if (Object.keys(change).length === 1) return wanted;
  }
  wanted.page = change.page === 1 ? undefined : change.page;
  return wanted;
}

/** Reset: no filter, default order and columns; the project of the selector stays. */
export function resetChange(moreFilters: readonly string[] = []): SearchChange {
  const wanted: SearchChange = { filter: undefined, sort: undefined, page: undefined, page_size: undefined, columns: undefined };
  for (const name of moreFilters) wanted[name] = undefined;
  return wanted;
}

/** The next order when a header is pressed: ascending, or the other way round when it was sorted by already. */
export function nextSort(current: string, column: string): string {
  return current === column ? `-${column}` : column;
}

/** "21–40 of 57" in numbers; from 0 when there is nothing. */
export function shownRange(page: number, pageSize: number, total: number): { from: number; to: number } {
  if (total === 0) return { from: 0, to: 0 };
  return { from: (page - 1) * pageSize + 1, to: Math.min(page * pageSize, total) };
}

/** The last page there is; 1 when there is nothing. */
export function lastPage(pageSize: number, total: number): number {
  return Math.max(1, Math.ceil(total / pageSize));
}

/** One record of a CSV file (RFC 4180). */
export function csvLine(values: readonly string[]): string {
  return values.map(csvField).join(',');
}

function csvField(value: string): string {
  // A spreadsheet would calculate what begins like this, and labels come from anybody.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
