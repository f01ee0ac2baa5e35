import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { ActionsColumn } from '@patternfly/react-table/dist/esm/components/Table/ActionsColumn';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { fetchAll, request, type ListPage, type QueryValues } from '../api/client';
import { isProblem } from '../api/problem';
import { useTablePreferences } from '../app/preferences';
import { useShortcut } from '../app/shortcuts';
import { text } from '../app/messages';
import { useSearchChange } from '../app/url';
import { errorText } from './FormError';
import { NoPermission } from './PageError';
import { TablePages, TableToolbar } from './TableToolbar';
import { lastPage, nextSort, pageSizes, readTableState, resetChange, tableChange, type TableDefaults, type TableState } from './tableState';

/** A column. Its id is also the name to sort by, unless `sort` says another. */
export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The API's name to sort by, or true for the id; left out: not sortable. */
  sort?: string | true;
  /** What a CSV file holds; left out: not exported. */
  csv?: (row: Row) => string;
  /** Cannot be hidden: the name. */
  isFixed?: boolean;
  isHiddenByDefault?: boolean;
  /** Wraps by default; short values and times read better on one line. */
  isNoWrap?: boolean;
}

export interface RowAction {
  title: string;
  onClick: () => void;
  isDisabled?: boolean;
  isDanger?: boolean;
}

/** What is selected: rows of this page, or every row that the filter lets through. */
export interface Selection<Row> {
  count: number;
  /** The rows themselves; reads all pages where everything is selected. Throws an ApiError. */
  rows: () => Promise<Row[]>;
}

export interface BulkAction<Row> {
  label: string;
  isDanger?: boolean;
  run: (selection: Selection<Row>) => void | Promise<void>;
}

export interface ResourceTableProps<Row> {
  /** Names the person's choices (columns, page size); never changes. */
  id: string;
  /** Accessible name of the table, and the name of an exported file. */
  label: string;
  /** A list of the API, such as `/api/v1/projects`. */
  path: string;
  /** More query parameters: the project, a state. Those from the address are named in `filters`. */
  query?: QueryValues;
  /** Names of the page's own parameters in the address, for Reset to clear. */
  filters?: string[];
  columns: Column<Row>[];
  rowName: (row: Row) => string;
  defaultSort?: string;
  /** Empty for a row with which nothing can be done. */
  rowActions?: (row: Row) => RowAction[];
  bulkActions?: BulkAction<Row>[];
  /** The plus sign. `label` is its accessible name: "Add OAuth client". */
  add?: { label: string; onClick: () => void };
  /** Brings many in from a file. */
  upload?: { label: string; onClick: () => void };
  /** The page's own filters, in the toolbar. */
  toolbar?: ReactNode;
  /** False where the filter stands elsewhere, as above the tabs of the vault. */
  hasFilter?: boolean;
  /** What is shown when there is nothing at all, not even without a filter: teach what belongs here. */
  empty: ReactNode;
  /** Milliseconds; left out: read again only when asked. */
  refetchInterval?: number;
}

type Selected<Row> = { all: true } | { all: false; rows: Map<string, Row> };

/**
 * A list of the API as a table: the server filters, sorts and counts; the state lives in the address; columns and page size are
 * kept for the person. Reads again after anything invalidates the queries that begin with its path.
 */
export function ResourceTable<Row extends { id: string }>(props: ResourceTableProps<Row>) {
  const { id, path, columns, query = {}, filters = [] } = props;
  const [search, change] = useSearchChange();
  const [own, saveOwn] = useTablePreferences(id);
  const defaults = tableDefaults(columns, props.defaultSort ?? 'name', own);
  const state = readTableState(search, defaults);
  const asked: QueryValues = { ...query, filter: state.filter, sort: state.sort };
  const list = useQuery({
    queryKey: [path, { ...asked, page: state.page, page_size: state.pageSize }],
    queryFn: ({ signal }) =>
      request<ListPage<Row>>('GET', path, { query: { ...asked, page: state.page, page_size: state.pageSize }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: props.refetchInterval,
  });
  const total = list.data?.total ?? 0;
  const selection = useSelection<Row>(JSON.stringify([path, asked, state.page, state.pageSize]));
  const rows = list.data?.items ?? [];
  const isFiltered = state.filter !== '' || filters.some((name) => new URLSearchParams(search).has(name));

  const set = (wanted: Partial<TableState>) => {
    if (wanted.columns || wanted.pageSize) saveOwn({ columns: wanted.columns, pageSize: wanted.pageSize });
    change(tableChange(wanted, defaults), wanted.page === undefined);
  };
  const reset = () => {
    saveOwn({ columns: undefined });
    change(resetChange(filters), true);
  };
  useShortcut('r', () => void list.refetch());
  useShortcut('n', props.add?.onClick);

  const shown = columns.filter((column) => column.isFixed || state.columns.includes(column.id));
  const toolbar = { table: props, state, total, isFetching: list.isFetching, shown, asked, set, reset, refresh: () => void list.refetch() };
  const pages = { state, total, set };
  return (
    <>
      <TableToolbar {...toolbar} rows={rows} selection={selection} selected={toSelection(selection.now, total, path, asked)} />
      {list.isError && list.data && <Alert isInline isLiveRegion variant="warning" title={text.table.outdated}>{errorText(list.error)}</Alert>}
      <Table aria-label={props.label} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            {props.bulkActions && <Th screenReaderText={text.table.selectMenu} />}
            {shown.map((column) => <HeaderCell key={column.id} column={column} state={state} set={set} />)}
            {props.rowActions && <Th screenReaderText={text.table.actions} />}
          </Tr>
        </Thead>
        <Tbody>
          {list.isPending && skeletonRows(shown.length + 2)}
          {rows.map((row, index) => <BodyRow key={row.id} row={row} index={index} page={rows} table={props} shown={shown} selection={selection} />)}
        </Tbody>
      </Table>
      {list.isError && !list.data && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.data && rows.length === 0 && (
        total > 0 ? <PastTheEnd go={() => set({ page: lastPage(state.pageSize, total) })} />
          : isFiltered ? <NothingMatches reset={reset} /> : props.empty
      )}
      {total > 0 && <TablePages {...pages} variant="bottom" />}
    </>
  );
}

function tableDefaults<Row>(columns: Column<Row>[], sort: string, own: { columns?: string[]; pageSize?: number }): TableDefaults {
  const allColumns = columns.map((column) => column.id);
  const usual = columns.filter((column) => !column.isHiddenByDefault).map((column) => column.id);
  const chosen = own.columns && allColumns.filter((column) => own.columns?.includes(column));
  const size = own.pageSize !== undefined && (pageSizes as readonly number[]).includes(own.pageSize) ? own.pageSize : 50;
  return {
    sort, pageSize: size, allColumns, columns: chosen && chosen.length > 0 ? chosen : usual,
    sortable: columns.map((column) => sortName(column)).filter((name) => name !== undefined),
  };
}

function sortName<Row>(column: Column<Row>): string | undefined {
  return column.sort === true ? column.id : column.sort;
}

/** The ticked rows; forgotten when other rows come into view. */
export interface SelectionState<Row> {
  now: Selected<Row>;
  set: (next: Selected<Row>) => void;
  toggle: (row: Row & { id: string }, on: boolean, page: (Row & { id: string })[]) => void;
}

function useSelection<Row extends { id: string }>(view: string): SelectionState<Row> {
  const [state, setState] = useState<{ view: string; now: Selected<Row> }>({ view, now: { all: false, rows: new Map() } });
  const now: Selected<Row> = state.view === view ? state.now : { all: false, rows: new Map() };
  const set = (next: Selected<Row>) => setState({ view, now: next });
  return {
    now,
    set,
    toggle: (row, on, page) => {
      const rows = new Map(now.all ? page.map((one) => [one.id, one]) : now.rows);
      if (on) rows.set(row.id, row);
      else rows.delete(row.id);
      set({ all: false, rows });
    },
  };
}

function toSelection<Row>(now: Selected<Row>, total: number, path: string, asked: QueryValues): Selection<Row> {
  if (now.all) return { count: total, rows: () => fetchAll<Row>(path, asked) };
  return { count: now.rows.size, rows: () => Promise.resolve([...now.rows.values()]) };
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  state: TableState;
  set: (wanted: Partial<TableState>) => void;
}

function HeaderCell<Row>({ column, state, set }: HeaderCellProps<Row>) {
  const name = sortName(column);
  const isSorted = name !== undefined && state.sort.replace(/^-/, '') === name;
  return (
    <Th
      modifier="nowrap"
      sort={name === undefined ? undefined : {
        columnIndex: 0,
        sortBy: { index: isSorted ? 0 : undefined, direction: state.sort.startsWith('-') ? 'desc' : 'asc' },
        onSort: () => set({ sort: nextSort(state.sort, name) }),
      }}
    >
      {column.header}
    </Th>
  );
}

interface BodyRowProps<Row extends { id: string }> {
  row: Row;
  index: number;
  page: Row[];
  table: ResourceTableProps<Row>;
  shown: Column<Row>[];
  selection: SelectionState<Row>;
}

function BodyRow<Row extends { id: string }>({ row, index, page, table, shown, selection }: BodyRowProps<Row>) {
  const name = table.rowName(row);
  const isSelected = selection.now.all || selection.now.rows.has(row.id);
  const actions = table.rowActions?.(row);
  return (
    <Tr>
      {table.bulkActions && (
        <Td select={{
          rowIndex: index, isSelected, onSelect: (_, on) => selection.toggle(row, on, page),
          props: { 'aria-label': text.table.selectRow(name) },
        }} />
      )}
      {shown.map((column) => (
        <Td key={column.id} dataLabel={column.header} modifier={wrapping(column, row)}>{column.cell(row)}</Td>
      ))}
      {actions && (
        <Td isActionCell>
          {actions.length > 0 && (
            <ActionsColumn
              items={actions.map((action) => ({
                title: action.title, onClick: () => action.onClick(), isDisabled: action.isDisabled, isDanger: action.isDanger,
              }))}
              popperProps={{ position: 'right' }}
              actionsToggle={({ onToggle, isOpen, toggleRef }) => (
                <MenuToggle ref={toggleRef} variant="plain" isExpanded={isOpen} onClick={onToggle} icon={<EllipsisVIcon />}
                  aria-label={text.table.actionsFor(name)} />
              )}
            />
          )}
        </Td>
      )}
    </Tr>
  );
}

/** The longest word that is kept whole, in characters: longer ones would push other columns out of the window. */
const longestWord = 20;

function wrapping<Row>(column: Column<Row>, row: Row): 'nowrap' | 'wrap' | 'breakWord' {
  if (column.isNoWrap) return 'nowrap';
  const words = column.csv?.(row).split(/[\s-]+/) ?? [];
  return words.some((word) => word.length > longestWord) ? 'breakWord' : 'wrap';
}

function skeletonRows(cells: number): ReactNode {
  return Array.from({ length: 6 }, (_, row) => (
    <Tr key={row}>
      {Array.from({ length: cells }, (_unused, cell) => <Td key={cell}><Skeleton screenreaderText={text.common.loading} /></Td>)}
    </Tr>
  ));
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  if (isProblem(error, 'permission_denied')) return <NoPermission error={error} headingLevel="h2" />;
  return (
    <EmptyState status="danger" icon={ExclamationCircleIcon} titleText={text.table.failed} headingLevel="h2">
      <EmptyStateBody>{errorText(error)}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Button onClick={retry}>{text.common.retry}</Button></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

function NothingMatches({ reset }: { reset: () => void }) {
  return (
    <EmptyState icon={SearchIcon} titleText={text.table.nothingMatches} headingLevel="h2">
      <EmptyStateBody>{text.table.nothingMatchesBody}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Button variant="link" onClick={reset}>{text.table.reset}</Button></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

/** Rows went away under the page that was open. */
function PastTheEnd({ go }: { go: () => void }) {
  return <EmptyState titleText={<Button variant="link" onClick={go}>{text.table.lastPage}</Button>} headingLevel="h2" />;
}
