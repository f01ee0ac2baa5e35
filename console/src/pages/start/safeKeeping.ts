// What the start page says of one thing that waits.
import type { AttentionItem } from '../../api/safeKeeping';
import { attention as words } from '../../app/messages/attention';

export interface SaidOfIt {
  mark: string;
  isBad: boolean;
  title: string;
  todo: string;
  /** Where it is done. */
  path: string;
}

/** A kind that a newer server knows is still said to wait. */
export function attentionEntry(item: AttentionItem): SaidOfIt {
  const known = words.kinds[item.kind];
  if (!known) return { mark: item.kind, isBad: true, title: words.unknown, todo: words.unknownTodo, path: '/start' };
  const { mark, isBad, todo } = known;
  const title = item.subject ? words.about(known.title(item.count), item.subject.name) : known.title(item.count);
  // What happened to one client stands in its history.
  const path = item.kind === 'canary_touched' && item.subject ? `${known.path}/${item.subject.id}?tab=history` : known.path;
  return { mark, isBad, title, todo, path };
}
