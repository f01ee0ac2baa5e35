import { expect, test } from 'vitest';
import { hasPicture } from '../../../components/ProviderIcon';
import type { ServiceProvider } from './draft';
import { withPlace, withScope } from './hints';

interface Entry { id: string; console?: { icon?: string } }

const files = import.meta.glob<Entry>(['../../../../../providers/*.json', '!**/schema.json'], { eager: true, import: 'default' });
const entries = Object.values(files);

const provider = {
  id: 'example', name: 'Example',
  console: { icon: '', create_page: '', create_hint: '', paste: [{ what: 'client_id', where: 'Apps, Keys' }], usual_scopes: [] },
} as unknown as ServiceProvider;

test('a hint says where, if the entry knows it', () => {
  expect(withPlace('Its id.', 'client_id', provider)).toBe('Its id. At Example: Apps, Keys.');
  expect(withPlace('Its secret.', 'client_secret', provider)).toBe('Its secret.');
  expect(withPlace('Its id.', 'client_id')).toBe('Its id.');
});

test('a usual scope is added at the end, and taken away alone', () => {
  expect(withScope(['b', 'a'], 'c', true)).toEqual(['b', 'a', 'c']);
  expect(withScope(['b', 'a'], 'a', true)).toEqual(['b', 'a']);
  expect(withScope(['b', 'a'], 'b', false)).toEqual(['a']);
  expect(withScope(['b'], 'c', false)).toEqual(['b']);
});

test('an entry names only pictures that the console has', () => {
  expect(entries.length).toBeGreaterThan(200);
  const named = entries.filter(({ console }) => console?.icon);
  expect(named.filter(({ console }) => !hasPicture(console?.icon ?? '')).map(({ id }) => id)).toEqual([]);
});
