import { expect, test } from 'vitest';
import { certificateIn, claimsProblem, emptyToken, identityLines, isTokenComplete, pemOf, tokenIdentity, withColons, withPlatform } from './identity';

const begun = emptyToken('https://strongroom.example');

test('a platform fills in its issuer and its claims, and leaves the rest', () => {
  const github = withPlatform({ ...begun, addresses: ['10.0.0.1'] }, 'github');
  expect(github.issuer).toBe('https://token.actions.githubusercontent.com');
  expect(github.claims.map(({ name }) => name)).toEqual(['repository', 'ref']);
  expect([github.audience, github.addresses]).toEqual(['https://strongroom.example', ['10.0.0.1']]);
});

test('only what was entered is sent', () => {
  const draft = { ...withPlatform(begun, 'gitlab'), claims: [{ name: ' sub ', value: ' x ' }, { name: '', value: '' }] };
  expect(isTokenComplete(draft)).toBe(true);
  expect(tokenIdentity(draft)).toEqual({ kind: 'token', issuer: 'https://gitlab.com', audience: 'https://strongroom.example', claims: { sub: 'x' } });
});

test('half a claim, none, or one twice is not complete', () => {
  const one = { ...begun, issuer: 'https://issuer.example' };
  expect(isTokenComplete({ ...one, claims: [] })).toBe(false);
  expect(isTokenComplete({ ...one, claims: [{ name: 'sub', value: '' }] })).toBe(false);
  const twice = [{ name: 'sub', value: 'a' }, { name: 'sub', value: 'b' }];
  expect(claimsProblem(twice)).toBeDefined();
  expect(isTokenComplete({ ...one, claims: twice })).toBe(false);
});

test('a certificate is found in PEM and in DER, and a key is none', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n';
  expect(certificateIn({ name: 'ca', kind: 'pem', content: pem })).toEqual(Uint8Array.of(0x30, 3, 2, 1, 1));
  expect(certificateIn({ name: 'ca', kind: 'der', content: 'MAMCAQE=' })).toEqual(Uint8Array.of(0x30, 3, 2, 1, 1));
  expect(pemOf({ name: 'ca', kind: 'der', content: 'MAMCAQE=' })).toBe(pem);
  expect(certificateIn({ name: 'key', kind: 'pem', content: pem.replaceAll('CERTIFICATE', 'PRIVATE KEY') })).toBeUndefined();
  expect(certificateIn({ name: 'ca', kind: 'pem', content: pem.replace('MAMCAQE=', '***') })).toBeUndefined();
});

test('who is let in is said in words; a claim of the outer object by its name', () => {
  expect(identityLines({ kind: 'token', issuer: 'https://i.example', audience: 'me', claims: { '/sub': 'x', '/kubernetes.io/namespace': 'n' } }))
    .toEqual(['Signed by https://i.example', 'for me', 'sub is x', '/kubernetes.io/namespace is n']);
  expect(identityLines({ kind: 'certificate', ca_sha256: '0aff', subject: 'CN=a' })).toEqual(['Subject CN=a', 'Vouched for by the CA 0A:FF']);
  expect(withColons('0aff')).toBe('0A:FF');
});
