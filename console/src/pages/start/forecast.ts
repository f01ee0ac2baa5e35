// What the start page says of one item of the forecast: pure functions.
import type { components } from '../../api/schema';
import { isolated } from '../../app/messages';
import { forecast as words } from '../../app/messages/forecast';

export type ForecastItem = components['schemas']['ForecastItem'];

/** Where somebody does something about it. */
export function forecastPath(item: ForecastItem): string {
  return item.oauth_client ? `/repository/vault/oauth-clients/${item.oauth_client}`
    : `/repository/vault/target-systems/${item.target_system}/edit`;
}

/** Why it stops, what to do, and whom it concerns. */
export function forecastDetail(item: ForecastItem): string {
  const robots = item.robots.length === 0 ? words.noRobots
    : words.robots(item.robots.map(({ path }) => isolated(path)).join(', '), item.more_robots);
  const whose = item.oauth_client ? [] : [`${words.allClients(item.clients)}.`];
  return [...whose, words.causes[item.cause], words.todo[item.cause], robots].join(' ');
}
