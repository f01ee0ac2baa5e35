import { expect, test } from 'vitest';
import { isBasic } from '../target-systems/fields';
import { faultyField } from './faultyField';

test('a fault of the target system names one of its fields', () => {
  for (const cause of ['invalid_client', 'invalid_scope', 'tls_untrusted', 'destination_held']) {
    const field = faultyField(cause, { tenant: '' });
    expect(field?.of).toBe('target_system');
    expect(isBasic(field?.pointer ?? '')).toBe(false);
  }
});

test('a tenant is mended where it was entered', () => {
  expect(faultyField('tenant_not_found', { tenant: '' })).toEqual({ of: 'target_system', pointer: '/default_tenant' });
  expect(faultyField('tenant_not_found', { tenant: 'x' })).toEqual({ of: 'client', pointer: '/tenant' });
});

test('what nobody mends here has no field', () => {
  expect(faultyField('rate_limited', { tenant: '' })).toBeUndefined();
  expect(faultyField(undefined, { tenant: '' })).toBeUndefined();
});
