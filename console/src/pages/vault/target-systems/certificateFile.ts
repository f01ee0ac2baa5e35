// Certificates and keys as people have them: PEM, DER or PKCS#12. Read in the browser, judged by the server.

/** What a file is, by its first bytes. `content` is its text (PEM, JSON), or its bytes in base64. */
export interface PickedFile {
  name: string;
  kind: 'pem' | 'der' | 'pkcs12' | 'json';
  content: string;
}

/** The most that the server takes of one file. */
export const largestFile = 64 * 1024;

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** Base64 as RFC 4648 section 4 has it. */
export function toBase64(bytes: Uint8Array): string {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

// PKCS#12 begins with a SEQUENCE whose first member is the INTEGER 3 (RFC 7292 section 4); a certificate or key does not.
function isPkcs12(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30 || bytes[1] === undefined) return false;
  const header = bytes[1] < 0x80 || bytes[1] === 0x80 ? 2 : 2 + (bytes[1] & 0x7f);
  return bytes[header] === 0x02 && bytes[header + 1] === 0x01 && bytes[header + 2] === 0x03;
}

/** Tells PEM from the two binary forms, and from the JSON in which a service account's key comes. */
export function recognise(name: string, bytes: Uint8Array): PickedFile {
  const letters = new TextDecoder().decode(bytes);
  if (letters.trimStart().startsWith('{')) return { name, kind: 'json', content: letters };
  if (letters.includes('-----BEGIN ')) return { name, kind: 'pem', content: letters };
  return { name, kind: isPkcs12(bytes) ? 'pkcs12' : 'der', content: toBase64(bytes) };
}

/** One PEM file that holds both: its certificates, and its private key. Left out is what it does not hold. */
export function partsOf(file: PickedFile): { certificate?: PickedFile; key?: PickedFile } {
  if (file.kind === 'json') return {};
  if (file.kind !== 'pem') return { certificate: file };
  const blocks = [...file.content.matchAll(block)].map(([all, label]) => ({ all, isKey: label?.endsWith('PRIVATE KEY') ?? false }));
  const join = (isKey: boolean) => blocks.filter((one) => one.isKey === isKey).map(({ all }) => `${all}\n`).join('');
  const part = (content: string) => (content ? { ...file, content } : undefined);
  return { certificate: part(join(false)), key: part(join(true)) };
}
