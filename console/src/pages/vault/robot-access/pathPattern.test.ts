import { expect, test } from 'vitest';
import { pathFits } from './pathPattern';

test('two stars at the end are any number of segments, none included', () => {
  expect(pathFits('finance/**', 'finance')).toBe(true);
  expect(pathFits('finance/**', 'Finance/invoices/month')).toBe(true);
  expect(pathFits('finance/**', 'financial')).toBe(false);
  expect(pathFits('**', '')).toBe(true);
});

test('one star is one whole segment', () => {
  expect(pathFits('finance/*', 'finance/invoices')).toBe(true);
  expect(pathFits('finance/*', 'finance')).toBe(false);
  expect(pathFits('*/invoices', 'sales/invoices')).toBe(true);
  expect(pathFits('finance/*', 'finance/a/b')).toBe(false);
});

test('outer slashes and case are nothing; an empty pattern fits nobody', () => {
  expect(pathFits('/FINANCE/', 'finance')).toBe(true);
  expect(pathFits('', '')).toBe(false);
});
