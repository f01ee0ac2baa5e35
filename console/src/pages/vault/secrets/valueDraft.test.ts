import { expect, test } from 'vitest';
import type { PickedFile } from '../target-systems/certificateFile';
import { emptyValue, inputOf, isEntered, needsKeyFile, valueOf, wrongFile, wrongKeyFile } from './valueDraft';

const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n';
const pem = (content: string): PickedFile => ({ name: 'x.pem', kind: 'pem', content });
const bytes = (kind: 'der' | 'pkcs12'): PickedFile => ({ name: 'x', kind, content: 'AAAA' });

test('one file with both is sent as it is', () => {
  const draft = { ...emptyValue, file: pem(certificate + key) };
  expect(needsKeyFile(draft.file)).toBe(false);
  expect(valueOf('certificate', draft)).toContain('BBBB');
});

test('a certificate alone waits for its key', () => {
  const draft = { ...emptyValue, file: pem(certificate) };
  expect(needsKeyFile(draft.file)).toBe(true);
  expect(valueOf('certificate', draft)).toBe('');
  expect(valueOf('certificate', { ...draft, keyFile: pem(key) })).toMatch(/AAAA[^]*BBBB/);
});

test('a PKCS#12 file goes with its passphrase, and no day beside it', () => {
  expect(inputOf('certificate', { ...emptyValue, file: bytes('pkcs12'), passphrase: 'p', expiresOn: '2027-01-01' }))
    .toEqual({ value: 'AAAA', passphrase: 'p' });
});

test('what is no such file is said to be none', () => {
  expect(wrongFile(bytes('der'))).toBeDefined();
  expect(wrongFile(pem(key))).toBeDefined();
  expect(wrongFile(pem(certificate))).toBeUndefined();
  expect(wrongFile(bytes('pkcs12'))).toBeUndefined();
  expect(wrongKeyFile(pem(certificate))).toBeDefined();
  expect(wrongKeyFile(bytes('pkcs12'))).toBeDefined();
  expect(wrongKeyFile(pem(key))).toBeUndefined();
});

test('other kinds are what was typed, and the day where one was entered', () => {
  expect(inputOf('password', { ...emptyValue, value: ' x ', passphrase: 'left over', file: pem(key) })).toEqual({ value: ' x ' });
  expect(inputOf('text', { ...emptyValue, value: 'x', expiresOn: '2027-01-01' })).toEqual({ value: 'x', expires_on: '2027-01-01' });
});

test('nothing was entered until something is', () => {
  expect(isEntered(emptyValue)).toBe(false);
  expect(isEntered({ ...emptyValue, expiresOn: '2027-01-01' })).toBe(true);
});
