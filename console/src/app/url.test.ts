import { expect, test } from 'vitest';
import { carry, changeSearch, safeReturn } from './url';

test('a change sets, removes and keeps', () => {
  expect(changeSearch('?project=a&page=3', { page: undefined, filter: 'x y' })).toBe('project=a&filter=x+y');
  expect(changeSearch('page=3', { page: '' })).toBe('');
});

test('only what is named is carried along', () => {
  expect(carry('/start', '?project=p1&filter=x&page=2')).toBe('/start?project=p1');
  expect(carry('/a', '?project=p1&filter=x', ['project', 'filter'])).toBe('/a?project=p1&filter=x');
  expect(carry('/a', '')).toBe('/a');
});

test('signing in comes back to pages of the console and nowhere else', () => {
  expect(safeReturn('/repository/projects?page=2')).toBe('/repository/projects?page=2');
  expect(safeReturn('/account/terminal?code=BCDF-GHJK')).toBe('/account/terminal?code=BCDF-GHJK');
  expect(safeReturn('/account/api-keys')).toBe('/account/api-keys');
  for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/start\\x', '/\t/evil.example',
    'javascript:alert(1)', '/api/v1/session', '/sign-in?return_to=/start', '/starter', '/accounts']) {
    expect(safeReturn(bad)).toBe('/start');
  }
});
