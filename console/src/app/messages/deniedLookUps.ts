// The words of one part of the console; read when it is.
import { number, plural } from '../messages';

export const deniedLookUps = {
  title: 'Denied look-ups',
  lead: 'A robot is told only that there is no such client that it may read. Here is why.',
  label: 'Denied look-ups',
  robot: 'Robot',
  client: 'OAuth client',
  reason: 'Reason',
  last: 'Last',
  times: 'How often',
  period: 'Period',
  periods: { 1: 'Last 24 hours', 7: 'Last 7 days', 30: 'Last 30 days' } as Record<number, string>,
  notFound: 'Not found by what it asked for',
  robotGone: 'A robot that is gone',
  reasons: {
    no_access: 'No rule lets this robot read this client.',
    key_revoked: 'The robot’s key was revoked while the look-up was under way.',
    tokens_withdrawn: 'The client’s tokens were revoked while the look-up was under way; the robot was told to ask again.',
    unknown_client: 'There is no such client, by the names or the id that the robot asked for.',
  } as Record<string, string>,
  hidden: 'The client is there, but is disabled or not finished.',
  grant: 'Grant access',
  settled: 'Access has been granted since',
  history: 'Show the events',
  empty: 'No look-up was denied',
  emptyBody: 'In this period every robot that asked with a living key was let in.',
  truncated: (n: number) => `Only the newest ${number(n)} denials of the period are counted here.`,
  total: (n: number) => `${plural(n, 'denial', 'denials')} in this period`,
  exportCsv: 'Export as CSV',
} as const;
