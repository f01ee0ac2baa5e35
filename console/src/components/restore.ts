// Brings back what was deleted.
import type { QueryClient } from '@tanstack/react-query';
import { request } from '../api/client';
import { deletion } from '../app/messages/deletion';
import type { Deletable } from './ConfirmDelete';
import { errorText } from './FormError';
import { inTurn } from './inTurn';
import { showToast } from './toastStore';

const words = deletion.delete;

/** Brings `items` back and says what became of it; what cannot come back keeps the others from nothing. Then every list is read again. */
export async function restore(items: Deletable[], queries: QueryClient): Promise<void> {
  const failed: { item: Deletable; error: unknown }[] = [];
  await inTurn(items, async (item) => {
    try {
      await request('POST', `${item.path}/restore`);
    } catch (error) {
      failed.push({ item, error });
    }
  });
  const only = items.length === 1 ? items[0] : undefined;
  const back = items.length - failed.length;
  if (back > 0) showToast({ title: only ? words.restored(only.name) : words.restoredMany(back) });
  const [first] = failed;
  if (first) {
    showToast({
      variant: 'danger', title: failed.length === 1 ? words.restoreFailed(first.item.name) : words.restoreFailedMany(failed.length),
      body: failed.length === 1 ? errorText(first.error) : `${first.item.name}: ${errorText(first.error)}`,
    });
  }
  await queries.invalidateQueries();
}
