import { expect, test } from 'vitest';
import type { OAuthClient } from '../vault/oauth-clients/clientTypes';
import { byTargetSystem } from './quarantined';

function client(label: string, system: string): OAuthClient {
  return { label, target_system: system, target_system_name: `System ${system}` } as OAuthClient;
}

test('quarantined clients stand under their target systems, which are in the order of their names', () => {
  const found = byTargetSystem([client('one', 'b'), client('two', 'a'), client('three', 'b')]);
  expect(found.map((of) => of.name)).toEqual(['System a', 'System b']);
  expect(found[1]?.clients.map((one) => one.label)).toEqual(['one', 'three']);
  expect(byTargetSystem([])).toEqual([]);
});

test('two target systems of one name stay two', () => {
  const [one, other] = [client('one', 'a'), { ...client('two', 'b'), target_system_name: 'System a' }];
  expect(byTargetSystem([one, other])).toHaveLength(2);
});
