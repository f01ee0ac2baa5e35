import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from 'wouter';
import { request } from '../../api/client';
import { attentionPath, type AttentionItem } from '../../api/safeKeeping';
import { attention as words } from '../../app/messages/attention';
import { carry } from '../../app/url';
import { AttentionCard, type Entry } from './AttentionCard';
import { attentionEntry } from './safeKeeping';

const refreshMs = 60_000;

/** What the keys, backups, audit log and canaries want of somebody; nothing where they want nothing. */
export function SafeKeepingCard() {
  const search = useSearch();
  const waiting = useQuery({
    queryKey: [attentionPath], refetchInterval: refreshMs,
    queryFn: ({ signal }) => request<{ items: AttentionItem[] }>('GET', attentionPath, { signal }),
  });
  const items = waiting.data?.items ?? [];
  if (items.length === 0 && !waiting.isError) return null;
  const entries = items.map((item, index): Entry => {
    const said = attentionEntry(item);
    return {
      key: `${item.kind} ${item.subject?.id ?? index}`, href: carry(said.path, search), name: said.title, detail: said.todo,
      mark: <Label variant="outline" status={said.isBad ? 'danger' : 'warning'}>{said.mark}</Label>,
    };
  });
  return <AttentionCard title={words.card} entries={waiting.data && entries} error={waiting.error} nothing="" />;
}
