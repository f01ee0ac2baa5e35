import { expect, test } from 'vitest';
import { namedOnce } from './trail';

test('whoever got it twice is named once', () => {
  const robot = { id: 'a', name: 'Night' };
  expect(namedOnce([robot, null, { id: 'b', name: 'Day' }, { ...robot }])).toEqual([robot, { id: 'b', name: 'Day' }]);
  expect(namedOnce([])).toEqual([]);
});
