import { useQuery } from '@tanstack/react-query';
import { useSearch } from 'wouter';
import { api } from '../../api/client';
import { forecast as words } from '../../app/messages/forecast';
import { carry } from '../../app/url';
import { ExpiryLabel } from '../vault/target-systems/ExpiryLabel';
import { AttentionCard, shown, type Entry } from './AttentionCard';
import { forecastDetail, forecastPath } from './forecast';

const refreshMs = 60_000;

/** Which clients will stop working within thirty days, why, and which robots use them. */
export function ForecastCard({ project }: { project: string | undefined }) {
  const search = useSearch();
  const soon = useQuery({
    queryKey: ['/api/v1/forecast', project], refetchInterval: refreshMs,
    queryFn: ({ signal }) => api.get('/api/v1/forecast', { query: { project, page_size: shown }, signal }),
  });
  const entries = soon.data?.items.map((item): Entry => ({
    key: `${item.oauth_client ?? item.target_system} ${item.cause}`, href: carry(forecastPath(item), search),
    name: item.label ?? item.target_system_name, mark: <ExpiryLabel time={item.ends_at} />, detail: forecastDetail(item),
  }));
  const more = soon.data ? soon.data.total - soon.data.items.length : 0;
  return <AttentionCard title={words.card} entries={entries} more={more} error={soon.error} nothing={words.nothing} />;
}
