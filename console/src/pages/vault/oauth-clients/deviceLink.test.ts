import { expect, test } from 'vitest';
import { linkOf } from './deviceLink';

test('only an https address is a link', () => {
  expect(linkOf('https://id.example/device')).toBe('https://id.example/device');
  for (const other of ['http://id.example/device', 'javascript:alert(1)', '//id.example', '', null]) expect(linkOf(other)).toBeUndefined();
});
