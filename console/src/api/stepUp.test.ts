import { expect, test } from 'vitest';
import { askStepUp, endStepUp } from './stepUp';

test('everything that waits goes on with one answer, and what comes later is asked anew', async () => {
  const first = askStepUp();
  const second = askStepUp();
  endStepUp(true);
  expect(await Promise.all([first, second])).toEqual([true, true]);
  const third = askStepUp();
  endStepUp(false);
  expect(await third).toBe(false);
});
