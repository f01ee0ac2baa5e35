import { expect, test } from 'vitest';
import { strayWhiteSpace } from './pasted';

test('white space around a secret is noticed, inside it is not', () => {
  expect(strayWhiteSpace('secret\n')).toBe('newline');
  expect(strayWhiteSpace('secret\r\n  ')).toBe('newline');
  expect(strayWhiteSpace('\tsecret')).toBe('space');
  expect(strayWhiteSpace('secret ')).toBe('space');
  expect(strayWhiteSpace('two words')).toBeUndefined();
  expect(strayWhiteSpace('')).toBeUndefined();
  expect(strayWhiteSpace('  ')).toBeUndefined();
});
