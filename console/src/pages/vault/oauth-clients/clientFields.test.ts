import { expect, test } from 'vitest';
import { fieldsOf, inputOf, isSame, missingFields, wholeLabel, type Choices } from './clientFields';
import type { TargetSystem } from './clientTypes';

const nothing: Choices = {
  projects: [], systems: [], areSystemsKnown: true, areThereMore: false, providers: new Map(), hasTenant: false, needsTenant: false,
  hasSubject: false, needsSubject: false, exchanges: false,
};
const filled = { ...fieldsOf(), project: 'p', targetSystem: 't', label: 'nightly' };

test('what is missing is said before Next', () => {
  expect(Object.keys(missingFields(fieldsOf(), nothing))).toEqual(['/project', '/target_system', '/label']);
  expect(missingFields(filled, nothing)).toEqual({});
  expect(Object.keys(missingFields({ ...filled, label: '  ' }, nothing))).toEqual(['/label']);
});

test('a tenant is asked for only where the application cannot be reached without', () => {
  const single = { ...nothing, hasTenant: true, needsTenant: true, system: { supported_accounts: 'this_directory_only' } as TargetSystem };
  expect(missingFields(filled, single)['/tenant']).toMatch(/single-tenant/i);
  expect(missingFields({ ...filled, tenant: 'contoso.onmicrosoft.com' }, single)).toEqual({});
  expect(missingFields(filled, { ...single, needsTenant: false })).toEqual({});
});

test('for whom the tokens are is asked where an assertion says it, and sent nowhere else', () => {
  const asserted = { ...nothing, hasSubject: true, needsSubject: true };
  expect(Object.keys(missingFields(filled, asserted))).toEqual(['/subject']);
  expect(missingFields({ ...filled, subject: 'ada' }, asserted)).toEqual({});
  expect(missingFields(filled, { ...asserted, needsSubject: false })).toEqual({});
  expect(inputOf({ ...filled, subject: ' ada ' }, asserted).subject).toBe('ada');
  expect(inputOf({ ...filled, subject: 'ada' }, nothing).subject).toBe('');
});

test('whose token is exchanged is asked where one is, and sent nowhere else', () => {
  const exchanging = { ...nothing, exchanges: true };
  expect(Object.keys(missingFields(filled, exchanging))).toEqual(['/subject_client']);
  expect(missingFields({ ...filled, subjectClient: 'c' }, exchanging)).toEqual({});
  expect(inputOf({ ...filled, subjectClient: 'c' }, exchanging).subject_client).toBe('c');
  expect(inputOf(filled, exchanging).subject_client).toBeNull();
  expect(inputOf({ ...filled, subjectClient: 'c' }, nothing).subject_client).toBeNull();
});

test('a label is looked for as a whole', () => {
  expect(wholeLabel('nightly')).toBe('?ightly');
  expect(wholeLabel('a*b?')).toBe('??b?');
  expect(wholeLabel('🔑x')).toBe('?x');
  expect(wholeLabel('x')).toBe('?');
});

test('fields are compared one by one', () => {
  expect(isSame(filled, { ...filled })).toBe(true);
  expect(isSame(filled, { ...filled, basicEngine: true })).toBe(false);
});
