// @ts-expect-error: it comes with the kit, without its types.
import real from 'lodash/mergeWith.js';
import { expect, test } from 'vitest';
import mergeWith from './mergeWith';

const joined = (before: unknown, after: unknown, key: string) => (key === 'className' ? [before, after].filter(Boolean).join(' ') : undefined);

test('it does to a cell’s properties what the real one does', () => {
  const cells = [
    [{}, { className: 'a' }],
    [{}, null],
    [{}, { className: 'a', isVisible: true }, { className: 'b', isVisible: undefined, component: 'td' }, null, undefined, joined],
    [{ className: 'a' }, { component: 'th', scope: 'col' }, { className: '', component: undefined, scope: '' }, joined],
  ] as const;
  for (const [target, ...sources] of cells) {
    const wanted = (real as (...all: unknown[]) => unknown)({ ...target }, ...sources);
    expect(mergeWith({ ...target }, ...(sources as unknown as Parameters<typeof mergeWith>[1][]))).toEqual(wanted);
  }
});

test('what lies within stays the same thing', () => {
  const child = { type: 'b', props: {} };
  expect(mergeWith({}, { children: child }).children).toBe(child);
});
