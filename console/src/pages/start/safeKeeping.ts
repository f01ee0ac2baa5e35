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

/** What happened to one client stands in its history; one target system has a page. */
function pathOf(item: AttentionItem, path: string): string {
  if (item.kind === 'canary_touched' && item.subject) return `${path}/${item.subject.id}?tab=history`;
  if (item.kind === 'target_system_at_fault' && item.subject) return `${path}/${item.subject.id}`;
  return path;
}

/** A kind that a newer server knows is still said to wait. */
export function attentionEntry(item: AttentionItem): SaidOfIt {
  const known = words.kinds[item.kind];
  if (!known) return { mark: item.kind, isBad: true, title: words.unknown, todo: words.unknownTodo, path: '/start' };
  const { mark, isBad, todo } = known;
  const title = item.subject ? words.about(known.title(item.count), item.subject.name) : known.title(item.count);
  return { mark, isBad, title, todo, path: pathOf(item, known.path) };
}
