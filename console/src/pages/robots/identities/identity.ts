// Ways in without a key: what somebody enters, and what the API takes.
import type { components } from '../../../api/schema';
import { robotIdentities as words } from '../../../app/messages/robotIdentities';
import type { PickedFile } from '../../vault/target-systems/certificateFile';

export type RobotIdentity = components['schemas']['RobotIdentity'];
export type IdentityInput = components['schemas']['RobotIdentityInput'];
export type Platform = keyof typeof words.platforms;
export type NameKind = keyof typeof words.names;

export const platforms = Object.keys(words.platforms) as Platform[];
export const nameKinds = Object.keys(words.names) as NameKind[];

/** A row: a claim's name or JSON pointer, what it must be, and an example of that. */
export interface Claim {
  name: string;
  value: string;
  example?: string;
}

export interface TokenDraft {
  platform: Platform;
  issuer: string;
  audience: string;
  claims: Claim[];
  jwksUri: string;
  ca?: PickedFile;
  addresses: string[];
}

const presets: Record<Platform, { issuer: string; claims: Claim[] }> = {
  kubernetes: { issuer: '', claims: [{ name: 'sub', value: '', example: 'system:serviceaccount:finance:reader' }] },
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    claims: [{ name: 'repository', value: '', example: 'example/robots' }, { name: 'ref', value: 'refs/heads/main' }],
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    claims: [{ name: 'project_path', value: '', example: 'example/robots' }, { name: 'ref', value: 'main' }, { name: 'ref_protected', value: 'true' }],
  },
  other: { issuer: '', claims: [{ name: 'sub', value: '' }] },
};

/** What a platform's tokens look like; audience, CA and addresses stay as they were. */
export function withPlatform(draft: TokenDraft, platform: Platform): TokenDraft {
  return { ...draft, platform, issuer: presets[platform].issuer, claims: presets[platform].claims };
}

export function emptyToken(audience: string): TokenDraft {
  return withPlatform({ platform: 'kubernetes', issuer: '', audience, claims: [], jwksUri: '', addresses: [] }, 'kubernetes');
}

/** Rows that say something. */
function entered(claims: Claim[]): Claim[] {
  return claims.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '');
}

/** What keeps the claims from being sent, in words: a name that is there twice would hide the other. */
export function claimsProblem(claims: Claim[]): string | undefined {
  const names = entered(claims).map(({ name }) => name.trim());
  return new Set(names).size < names.length ? words.claimTwice : undefined;
}

/** Whether what is needed was entered; the server judges it. */
export function isTokenComplete(draft: TokenDraft): boolean {
  const rows = entered(draft.claims);
  return draft.issuer.trim() !== '' && draft.audience.trim() !== '' && rows.length > 0
    && rows.every(({ name, value }) => name.trim() !== '' && value.trim() !== '') && claimsProblem(draft.claims) === undefined;
}

/** Leaves out what was not entered. */
export function tokenIdentity(draft: TokenDraft): IdentityInput {
  return {
    kind: 'token', issuer: draft.issuer.trim(), audience: draft.audience.trim(),
    claims: Object.fromEntries(entered(draft.claims).map(({ name, value }) => [name.trim(), value.trim()])),
    ...(draft.jwksUri.trim() && { jwks_uri: draft.jwksUri.trim() }),
    ...(draft.ca && { trusted_ca_pem: pemOf(draft.ca) }),
    ...(draft.addresses.length > 0 && { allowed_addresses: draft.addresses }),
  };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64.replace(/\s+/g, '')), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The first certificate of a file, as DER; undefined: there is none. */
export function certificateIn(file: PickedFile): Uint8Array<ArrayBuffer> | undefined {
  const base64 = file.kind === 'pem' ? certificateBlock.exec(file.content)?.[1] : file.kind === 'der' ? file.content : undefined;
  const bytes = base64 === undefined ? undefined : bytesOf(base64);
  // A certificate is a SEQUENCE (RFC 5280 section 4.1).
  return bytes && bytes[0] === 0x30 ? bytes : undefined;
}

/** As PEM, whatever it was. */
export function pemOf(file: PickedFile): string {
  if (file.kind === 'pem') return file.content;
  const lines = file.content.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The SHA-256 of a certificate as people compare it: `3C:1F:…`. */
export async function fingerprintOf(certificate: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', certificate));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** `3C:1F:…` of the digits that the API has. */
export function withColons(digits: string): string {
  return (digits.match(/../g) ?? []).join(':').toUpperCase();
}

/** Who is let in, a line for each thing that must hold. */
export function identityLines(identity: IdentityInput): string[] {
  if (identity.kind === 'token') {
    return [words.issuedBy(identity.issuer ?? ''), words.forAudience(identity.audience ?? ''),
      ...Object.entries(identity.claims ?? {}).map(([name, value]) => words.claimIs(name.replace(/^\/(?=[^/]*$)/, ''), value))];
  }
  return [
    ...(identity.subject ? [words.subjectIs(identity.subject)] : []), ...(identity.san_uri ? [words.uriIs(identity.san_uri)] : []),
    ...(identity.san_dns ? [words.dnsIs(identity.san_dns)] : []), words.byCa(withColons(identity.ca_sha256 ?? '')),
  ];
}
