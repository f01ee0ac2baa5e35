import { expect, test } from 'vitest';
import { plannedLines, transcriptLines } from './transcriptLines';

const exchange = {
  at: '2026-11-24T00:00:00Z', duration_ms: 12, cause: 'invalid_client', message: '', who_must_act: 'target_system_owner', where: '',
  failed_hop: 'oauth' as const,
  request: {
    method: 'POST', url: 'https://login.example.org/token', proxy: '', client_authentication: 'client_secret_basic',
    credential: { id: 'x', kind: 'secret' }, parameters: [{ name: 'grant_type', value: 'client_credentials' }, { name: 'other', value: null }],
  },
  answer: { status: 401, content_type: 'application/json', body_bytes: 20, oauth_error: 'invalid_client', provider_codes: [7000215], clock_skew_s: 0 },
  connection: { connected_to: '127.0.0.1', http_version: '2', tls_protocol: 'TLSv1.3', certificate_subject: 'CN=login' },
};

test('a request and its answer, without what the server keeps back', () => {
  expect(transcriptLines(exchange)).toEqual([
    '2026-11-24T00:00:00Z  12 ms', '> POST https://login.example.org/token', '> client authentication: client_secret_basic (secret)',
    '> grant_type=client_credentials', '> other=•••', '* 127.0.0.1 TLSv1.3 CN=login',
    '< 401 application/json 20 bytes', '< error=invalid_client', '< error codes: 7000215', '! oauth',
  ]);
});

test('no answer is said', () => {
  expect(transcriptLines({ ...exchange, answer: null, failed_hop: 'tcp' }).slice(-2)).toEqual(['< no answer', '! tcp']);
});

test('what would be sent, without what the server keeps back', () => {
  const planned = {
    method: 'POST', url: 'https://login.example.org/token', proxy: 'http://proxy.example:3128', proxy_credentials: true,
    client_authentication: 'client_secret_basic', credential: { id: 'x', kind: 'secret' }, client_certificate: false,
    headers: [{ name: 'Accept', value: 'application/json' }, { name: 'Authorization', value: null }],
    parameters: [{ name: 'grant_type', value: 'client_credentials' }, { name: 'other', value: null }],
    policy: { allowed_addresses: ['10.1.0.0/16'], own_ca: true, connect_timeout_ms: 5000, total_timeout_ms: 20000 },
  };
  expect(plannedLines(planned)).toEqual([
    '> POST https://login.example.org/token', '> proxy: http://proxy.example:3128 (•••)', '> client authentication: client_secret_basic (secret)',
    '> Accept: application/json', '> Authorization: •••', '> grant_type=client_credentials', '> other=•••',
    '* trusts the CAs of the target system', '* goes to the public internet, 10.1.0.0/16', '* takes at most 20000 ms',
  ]);
});
