import { expect, test } from 'vitest';
import { namedOnce, verifyCommand, type TrailState } from './trail';

test('whoever got it twice is named once', () => {
  const robot = { id: 'a', name: 'Night' };
  expect(namedOnce([robot, null, { id: 'b', name: 'Day' }, { ...robot }])).toEqual([robot, { id: 'b', name: 'Day' }]);
  expect(namedOnce([])).toEqual([]);
});

test('the command has the key and the head, as far as there is one', () => {
  const trail = { head: 'da8b', checkpoints: { public_key: 'mQ9' } } as TrailState;
  expect(verifyCommand(trail)).toBe("strongroom audit verify --export 'Audit log.ndjson' --public-key mQ9 --head da8b");
  expect(verifyCommand({ ...trail, head: '' })).not.toContain('--head');
});
