// What somebody enters of an OpenID provider, and what the API takes.
import type { components } from '../../api/schema';

type SignOnProvider = components['schemas']['SignOnProvider'];
type SignOnProviderInput = components['schemas']['SignOnProviderInput'];

export interface Draft {
  label: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  scopes: string;
  userNameClaim: string;
  emailClaim: string;
  groupsClaim: string;
  makeUsers: boolean;
  linkUsers: boolean;
  ca: string;
  addresses: string;
}

export function draftOf(provider?: SignOnProvider): Draft {
  return {
    label: provider?.label ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.client_id ?? '',
    clientSecret: '',
    scopes: (provider?.scopes ?? ['openid', 'profile', 'email']).join(' '),
    userNameClaim: provider?.user_name_claim ?? 'preferred_username',
    emailClaim: provider?.email_claim ?? 'email',
    groupsClaim: provider?.groups_claim ?? '',
    makeUsers: provider?.make_users ?? false,
    linkUsers: provider?.link_existing_users ?? false,
    ca: provider?.trusted_ca_pem ?? '',
    addresses: (provider?.allowed_addresses ?? []).join(' '),
  };
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** The secret is left out where nothing was typed: it stays. */
export function bodyOf(draft: Draft): SignOnProviderInput {
  return {
    label: draft.label,
    issuer: draft.issuer.trim(),
    client_id: draft.clientId.trim(),
    ...(draft.clientSecret && { client_secret: draft.clientSecret }),
    scopes: words(draft.scopes),
    user_name_claim: draft.userNameClaim.trim(),
    email_claim: draft.emailClaim.trim(),
    groups_claim: draft.groupsClaim.trim(),
    make_users: draft.makeUsers,
    link_existing_users: draft.linkUsers,
    trusted_ca_pem: draft.ca,
    allowed_addresses: words(draft.addresses),
  };
}

/** Whether what is needed was entered; the server decides whether it is right. */
export function isComplete(draft: Draft, needsSecret: boolean): boolean {
  const needed = [draft.label, draft.issuer, draft.clientId, draft.userNameClaim, ...(needsSecret ? [draft.clientSecret] : [])];
  return needed.every((value) => value.trim() !== '');
}
