import { expect, test } from 'vitest';
import { idIn, placeIn } from './serviceProviders';

test('a provider file says its id, or is nobody’s', () => {
  expect(idIn('{"id": "ours"}')).toBe('ours');
  for (const json of ['', '{', 'null', '[]', '{"id": 7}', '{"id": ""}']) expect(idIn(json)).toBe('unnamed');
});

test('a place in a provider file stands above its caret', () => {
  expect(placeIn('{\n\t"id": 7\n}', 2, 8)).toEqual(['2 |  "id": 7', '           ^']);
});

test('a place that is not in the text is nowhere', () => {
  expect(placeIn('{}', 2, 1)).toBeUndefined();
  expect(placeIn('{}', undefined, 1)).toBeUndefined();
});
