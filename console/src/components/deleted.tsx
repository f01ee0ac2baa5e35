// What was deleted and can be brought back for seven days: in the lists, under `state=deleted`.
import { useQueryClient } from '@tanstack/react-query';
import { text } from '../app/messages';
import type { Deletable } from './ConfirmDelete';
import type { BulkAction, Column, RowAction } from './ResourceTable';
import { StateSelect } from './StateSelect';
import { Time } from './Time';

const words = text.deleted;
const undoWindow_ms = 7 * 24 * 3600 * 1000;

/** As the address has it. */
export const deletedState = 'deleted' as const;

/** Whether the address asks for what was deleted. */
export function isDeletedIn(search: string): boolean {
  return new URLSearchParams(search).get('state') === deletedState;
}

/** When what was deleted then cannot be brought back any more, RFC 3339; null: it was not deleted. */
export function goneAt(deletedAt: string | null): string | null {
  return deletedAt && new Date(Date.parse(deletedAt) + undoWindow_ms).toISOString();
}

/** The filter of lists that have no other states. */
export function DeletedFilter({ search }: { search: string }) {
  return <StateSelect chosen={isDeletedIn(search) ? deletedState : undefined} any={words.not} states={[[deletedState, words.state]]} />;
}

/** Brings things back, and says so. */
export function useRestore(): (items: Deletable[]) => void {
  const queries = useQueryClient();
  return (items) => void import('./restore').then(({ restore }) => restore(items, queries));
}

/** What can be done with rows that were deleted. */
export function useRestoreActions<Row>(deletable: (row: Row) => Deletable): { row: (row: Row) => RowAction[]; bulk: BulkAction<Row>[] } {
  const restore = useRestore();
  return {
    row: (row) => [{ title: words.restore, onClick: () => restore([deletable(row)]) }],
    bulk: [{ label: words.restore, run: async (selection) => restore((await selection.rows()).map(deletable)) }],
  };
}

/** Columns of a list of what was deleted. */
export const deletedColumns: Column<{ deleted_at: string | null }>[] = [
  { id: 'deleted_at', header: words.at, isNoWrap: true, csv: (row) => row.deleted_at ?? '', cell: (row) => <Time value={row.deleted_at} /> },
  { id: 'gone_at', header: words.goneAt, isNoWrap: true, csv: (row) => goneAt(row.deleted_at) ?? '',
    cell: (row) => <Time value={goneAt(row.deleted_at)} /> },
];
