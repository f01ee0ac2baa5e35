import { expect, test } from 'vitest';
import { forecastDetail, forecastPath, type ForecastItem } from './forecast';

function item(more: Partial<ForecastItem> = {}): ForecastItem {
  return {
    ends_at: '2026-12-01T00:00:00Z', cause: 'refresh_token_absolute', warning_days: 7, oauth_client: 'c1', label: 'nightly', target_system: 't1',
    target_system_name: 'CRM', project: 'p1', project_name: 'Finance', owner: { name: '', email: '' }, clients: 1, robots: [], more_robots: false, ...more,
  };
}

test('a client leads to itself, and says why it stops and what to do', () => {
  expect(forecastPath(item())).toBe('/repository/vault/oauth-clients/c1');
  for (const cause of ['no_refresh_token', 'refresh_token_idle', 'refresh_token_absolute', 'credential'] as const) {
    const said = forecastDetail(item({ cause }));
    expect(said, cause).not.toContain('undefined');
    expect(said, cause).toContain('No robot reads it.');
  }
});

test('robots that use it are named', () => {
  const robots = [{ robot: 'r1', path: 'finance/invoices', last_used_at: null }, { robot: null, path: 'hr/*', last_used_at: null }];
  const said = forecastDetail(item({ robots, more_robots: true }));
  expect(said).toContain('finance/invoices');
  expect(said).toContain('hr/*');
  expect(said).toContain('and more');
});

test('a credential leads to its target system, with how many clients stop', () => {
  const one = item({ cause: 'credential', oauth_client: null, label: null, clients: 3 });
  expect(forecastPath(one)).toBe('/repository/vault/target-systems/t1/edit');
  expect(forecastDetail(one)).toContain('3 OAuth clients');
});
