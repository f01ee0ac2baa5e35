import { expect, test } from 'vitest';
import { matchPointer } from './problem';

test('a problem leads to the field itself, or to the longest that contains it', () => {
  expect(matchPointer('/name', ['/name', '/scopes'])).toBe('/name');
  expect(matchPointer('/scopes/2', ['/name', '/scopes'])).toBe('/scopes');
  expect(matchPointer('/a/b/c', ['/a', '/a/b'])).toBe('/a/b');
  expect(matchPointer('/names', ['/name'])).toBeUndefined();
  expect(matchPointer(undefined, ['/name'])).toBeUndefined();
});
