import { expect, test } from 'vitest';
import { partsOf, recognise, toBase64 } from './certificateFile';

const pem = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
const bytes = (letters: string) => new TextEncoder().encode(letters);

test('files are told apart by what is in them, not by their names', () => {
  expect(recognise('a.p12', bytes(pem('CERTIFICATE'))).kind).toBe('pem');
  expect(recognise('a.pem', new Uint8Array([0x30, 0x82, 0x03, 0x00, 0x02, 0x01, 0x03, 0x30])).kind).toBe('pkcs12');
  expect(recognise('a.pem', new Uint8Array([0x30, 0x80, 0x02, 0x01, 0x03])).kind).toBe('pkcs12');
  expect(recognise('a.pem', new Uint8Array([0x30, 0x82, 0x03, 0x00, 0x30, 0x82]))).toEqual(
    { name: 'a.pem', kind: 'der', content: 'MIIDADCC' });
  // A private key as PKCS#8 has the version 0.
  expect(recognise('key', new Uint8Array([0x30, 0x82, 0x03, 0x00, 0x02, 0x01, 0x00])).kind).toBe('der');
});

test('the key file of a service account is JSON, and no certificate', () => {
  const file = recognise('account.pem', bytes(' {"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----"}'));
  expect(file.kind).toBe('json');
  expect(partsOf(file)).toEqual({});
});

test('a file with both is taken apart', () => {
  const both = recognise('both.pem', bytes(`Bag Attributes\n${pem('CERTIFICATE')}${pem('ENCRYPTED PRIVATE KEY')}${pem('CERTIFICATE')}`));
  expect(partsOf(both).certificate?.content).toBe(pem('CERTIFICATE') + pem('CERTIFICATE'));
  expect(partsOf(both).key?.content).toBe(pem('ENCRYPTED PRIVATE KEY'));
});

test('a key alone is no certificate', () => {
  const parts = partsOf(recognise('robots.key', bytes(pem('EC PRIVATE KEY'))));
  expect(parts.certificate).toBeUndefined();
  expect(parts.key?.content).toBe(pem('EC PRIVATE KEY'));
});

test('base64 of bytes that are no text', () => {
  expect(toBase64(new Uint8Array([0xff, 0x00, 0xfe]))).toBe('/wD+');
});
