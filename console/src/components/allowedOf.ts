import type { Selection } from './ResourceTable';
import { showToast } from './toastStore';

/** Those of the selected rows for which the person has the rights; says so where that is none of them. Throws an ApiError. */
export async function allowedOf<Row>(selection: Selection<Row>, isAllowed: (row: Row) => boolean): Promise<Row[]> {
  const rows = (await selection.rows()).filter(isAllowed);
  if (rows.length === 0) {
    const { permissions: words } = await import('../app/messages/permissions');
    showToast({ variant: 'info', title: words.noneAllowed, body: words.noneAllowedBody });
  }
  return rows;
}
