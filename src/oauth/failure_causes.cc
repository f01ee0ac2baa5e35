#include "oauth/failure_causes.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace strongroom::oauth {
namespace {

using enum FailureCause;
using enum WhoMustAct;

// Somebody must change something.
consteval CauseFacts final_cause(FailureCause cause, LiteralText name, LiteralText message,
                                 WhoMustAct who, LiteralText where) {
  return {cause, name, message, who, where, false, Code::kProviderRefused};
}
// It may be over in a moment.
consteval CauseFacts passing_cause(FailureCause cause, LiteralText name, LiteralText message,
                                   WhoMustAct who, LiteralText where) {
  return {cause, name, message, who, where, true, Code::kUnavailable};
}

// Somebody must sign in again.
consteval CauseFacts sign_in_cause(FailureCause cause, LiteralText name, LiteralText message) {
  return {cause,
          name,
          message,
          kAccountOwner,
          "OAuth client: sign in again.",
          false,
          Code::kNeedsConsent};
}

// In the order of the enumeration.
constexpr std::array kFacts = {
    final_cause(kInvalidClient, "invalid_client",
                "The service provider does not accept the consumer key or the consumer secret.",
                kTargetSystemOwner,
                "Target system: consumer key, consumer secrets, client authentication."),
    final_cause(kInvalidGrant, "invalid_grant", "The service provider refused the grant.",
                kTargetSystemOwner, "At the provider: what the application is set up for."),
    final_cause(kUnauthorizedClient, "unauthorized_client",
                "The application is not allowed to use this way of getting tokens.",
                kTargetSystemOwner, "At the provider: the grants that the application may use."),
    final_cause(kUnsupportedGrantType, "unsupported_grant_type",
                "The service provider does not offer this way of getting tokens.",
                kTargetSystemOwner, "Target system: service provider, token endpoint."),
    final_cause(kInvalidScope, "invalid_scope",
                "The service provider does not grant one of the scopes to this application.",
                kTargetSystemOwner,
                "Target system: scopes; or at the provider: the application's permissions."),
    final_cause(kInvalidTarget, "invalid_target",
                "The service provider does not know the audience or resource.", kTargetSystemOwner,
                "Target system: scopes, and the parameter audience or resource."),
    final_cause(kInvalidRequest, "invalid_request",
                "The service provider finds something missing or wrong in the token request.",
                kTargetSystemOwner, "Target system: scopes, endpoint parameters."),
    final_cause(kAccessDenied, "access_denied",
                "The service provider denies access to this application.", kTargetSystemOwner,
                "At the provider: what the application is authorized for."),
    final_cause(kRefused, "refused",
                "The service provider refused the token request without a reason that is known.",
                kTargetSystemOwner, "At the provider: its log of sign-ins."),
    final_cause(kEndpointNotFound, "endpoint_not_found",
                "There is no token endpoint at the address that is called.", kTargetSystemOwner,
                "Target system: token endpoint, or what its address is made of."),
    passing_cause(kRateLimited, "rate_limited",
                  "The service provider asks for fewer token requests.", kNobody,
                  "Nowhere: it is tried again."),
    passing_cause(kProviderUnavailable, "provider_unavailable",
                  "The service provider is in trouble and cannot answer at the moment.", kNobody,
                  "Nowhere: it is tried again. The provider's status page may say more."),
    passing_cause(kNameUnresolved, "name_unresolved",
                  "The host name of the token endpoint could not be resolved.", kOperator,
                  "On this machine: name resolution; and the target system's endpoint."),
    passing_cause(kUnreachable, "unreachable", "The token endpoint could not be reached.",
                  kOperator, "On this machine and behind it: routes, firewalls."),
    passing_cause(kTls, "tls", "No trustworthy TLS connection to the token endpoint came about.",
                  kTargetSystemOwner, "Target system: token endpoint; the server's TLS settings."),
    final_cause(kAddressPolicy, "address_policy",
                "The token endpoint has an address that the target system's address policy does "
                "not allow.",
                kTargetSystemOwner, "Target system: allowed addresses."),
    final_cause(kRedirected, "redirected",
                "The token endpoint sends the request elsewhere; redirects are never followed.",
                kTargetSystemOwner, "Target system: token endpoint."),
    passing_cause(kMalformedAnswer, "malformed_answer",
                  "The token endpoint's answer is not a well-formed token response.", kProvider,
                  "The provider's token endpoint, if it is one: target system, token endpoint."),
    final_cause(kUnusableTokenType, "unusable_token_type",
                "The service provider issued a type of token that cannot be used.",
                kTargetSystemOwner, "At the provider: the type of the application's tokens."),
    passing_cause(kOversized, "oversized", "The token endpoint's answer is larger than allowed.",
                  kProvider,
                  "The provider's token endpoint, if it is one: target system, token endpoint."),
    passing_cause(kInterrupted, "interrupted", "The token endpoint's answer broke off.", kNobody,
                  "Nowhere: it is tried again."),
    passing_cause(kTimedOut, "timed_out",
                  "The token endpoint took the request and did not answer in time.", kNobody,
                  "Nowhere: it is tried again."),
    passing_cause(kOverloaded, "overloaded",
                  "This server has too much to do, or is stopping; the token request was not "
                  "carried out.",
                  kOperator, "On this machine: its load and memory."),
    final_cause(kInvalidSettings, "invalid_settings",
                "The target system's settings do not make a token request.", kTargetSystemOwner,
                "Target system: token endpoint, or what its address is made of."),
    passing_cause(kProxy, "proxy",
                  "The proxy on the way to the token endpoint did not let the request through.",
                  kOperator, "The proxy: whether it runs, and where it is said to be."),
    final_cause(kSecretWrong, "secret_wrong",
                "The service provider says that the consumer secret is wrong.", kTargetSystemOwner,
                "Target system: consumer secrets. The secret's value is needed, not its id."),
    final_cause(kSecretExpired, "secret_expired", "The consumer secret has expired.",
                kTargetSystemOwner,
                "At the provider: the application's secrets; then target system: consumer "
                "secrets."),
    final_cause(kCertificateNotRegistered, "certificate_not_registered",
                "The service provider does not know the client's certificate or key, or it has "
                "expired there.",
                kTargetSystemOwner, "At the provider: the application's certificates and keys."),
    final_cause(kCertificateExpired, "certificate_expired",
                "The client's certificate or key has expired.", kTargetSystemOwner,
                "At the provider: the application's certificates and keys; then the target "
                "system's."),
    final_cause(kAssertionRefused, "assertion_refused",
                "The service provider does not accept what the client signed to prove who it is.",
                kTargetSystemOwner,
                "At the provider: the keys that are registered for the application; or target "
                "system: consumer key, client keys."),
    final_cause(kClockSkew, "clock_skew",
                "The clocks of this server and of the service provider differ, so that what the "
                "client signed is not valid yet, or not any more.",
                kOperator, "On this machine: time synchronisation."),
    final_cause(kTenantNotFound, "tenant_not_found",
                "The service provider does not know the tenant, or not in this cloud.",
                kTargetSystemOwner,
                "OAuth client: tenant; or target system: default tenant, cloud."),
    final_cause(kApplicationNotFound, "application_not_found",
                "The service provider does not know the application in this tenant.",
                kTargetSystemOwner,
                "Target system: consumer key, tenant; or at the provider: the application is to "
                "be added to the tenant."),
    final_cause(kApplicationDisabled, "application_disabled",
                "The application is disabled at the service provider.", kProviderAdministrator,
                "At the provider: whether the application is enabled."),
    final_cause(kAdminConsentMissing, "admin_consent_missing",
                "An administrator has not consented to what the application asks for.",
                kProviderAdministrator, "At the provider: the application's permissions, consent."),
    final_cause(kConditionalAccess, "conditional_access",
                "An access policy of the tenant blocks the application.", kProviderAdministrator,
                "At the provider: the tenant's access policies; is this server's address allowed?"),
    passing_cause(kTlsUntrusted, "tls_untrusted",
                  "The certificate of the token endpoint is not signed by a trusted CA.",
                  kTargetSystemOwner,
                  "Target system: OAuth, Network, trusted CA; for all target systems, the setting "
                  "http.extra_ca_file of this server."),
    passing_cause(kTlsNameMismatch, "tls_name_mismatch",
                  "The certificate of the token endpoint is for another host name.",
                  kTargetSystemOwner, "Target system: token endpoint; the server's certificate."),
    passing_cause(kTlsExpired, "tls_expired", "The certificate of the token endpoint has expired.",
                  kProvider, "The token endpoint's certificate; or, on this machine, the clock."),
    final_cause(kTlsClientCertificate, "tls_client_certificate",
                "The token endpoint asks for a client certificate, or does not accept the one that "
                "it was shown.",
                kTargetSystemOwner,
                "Target system: client authentication, certificates; or at the provider: the "
                "certificates of the application."),
    passing_cause(kProxyAuthentication, "proxy_authentication",
                  "The proxy asks for a user name and password, or does not accept those that it "
                  "was given.",
                  kOperator, "The proxy's credentials: target system, or this server's settings."),
    passing_cause(kProxyRefused, "proxy_refused",
                  "The proxy refuses to connect to the token endpoint.", kOperator,
                  "The proxy: where it lets through to."),
    final_cause(kUnusableMetadata, "unusable_metadata",
                "The issuer has no metadata document that can be used.", kTargetSystemOwner,
                "Target system: issuer; or the metadata document that the server publishes."),
    final_cause(kSingleTenantApplication, "single_tenant_application",
                "The application takes accounts of its own directory only, and no directory was "
                "named.",
                kTargetSystemOwner,
                "OAuth client: Tenant, the directory (tenant) ID; or at the provider: the account "
                "types that the application supports."),
    final_cause(kAccountNotInTenant, "account_not_in_tenant",
                "The account that signed in is not in this directory.", kAccountOwner,
                "At the provider: sign in with an account of the directory, or have this one "
                "invited as a guest; or OAuth client: Tenant."),
    sign_in_cause(kSignInEnded, "sign_in_ended",
                  "The service provider does not renew the access any more: it was revoked, or it "
                  "ended. The account's owner has to sign in again."),
    sign_in_cause(kRefreshLost, "refresh_lost",
                  "The service provider's last answer was lost in flight, and it takes what there "
                  "was before no more. The account's owner has to sign in again."),
    sign_in_cause(kNoRefreshToken, "no_refresh_token",
                  "The access token has ended, and the service provider gave nothing to renew it "
                  "with. The account's owner has to sign in again; ask for offline access, or "
                  "whatever the provider calls it."),
    sign_in_cause(kRefreshedAnother, "refreshed_another",
                  "The service provider renewed the access for another account than the one that "
                  "signed in; nothing of it was taken. The account's owner has to sign in again."),
    final_cause(kInteractionRequired, "interaction_required",
                "The service provider wants the account's owner to sign in again, or to consent, "
                "before it gives another token.",
                kAccountOwner,
                "OAuth client: sign in again; or at the provider: its policy for sign-ins."),
    final_cause(kIssuedTypeMissing, "issued_type_missing",
                "The service provider does not say what type of token it issued in exchange, so "
                "that it was not taken.",
                kProvider,
                "The provider's token endpoint; or an own entry in the catalogue, with "
                "issued_token_type_may_be_missing."),
    final_cause(kOtherTokenType, "other_token_type",
                "The service provider issued a token of another type than the one that was asked "
                "for; it was not taken.",
                kTargetSystemOwner,
                "At the provider: what types of token the application may get in exchange."),
    final_cause(kSubjectSignInNeeded, "subject_sign_in_needed",
                "Somebody has to sign in for the OAuth client whose token is exchanged.",
                kAccountOwner, "OAuth client whose token is exchanged: sign in."),
    final_cause(kSubjectFailed, "subject_failed",
                "The OAuth client whose token is exchanged has no token that could be exchanged.",
                kTargetSystemOwner, "OAuth client whose token is exchanged: why it has none."),
    passing_cause(
        kSubjectUnavailable, "subject_unavailable",
        "The OAuth client whose token is exchanged has no token at the moment, because its "
        "service provider cannot be asked for one.",
        kNobody, "Nowhere: it is tried again."),
    final_cause(kSubjectBound, "subject_bound",
                "The token that is to be exchanged is bound to a key or certificate, so that "
                "nobody else takes it.",
                kTargetSystemOwner,
                "Target system of the OAuth client whose token is exchanged: DPoP, certificates; "
                "or another client."),
};

static_assert(kFacts.size() == static_cast<std::size_t>(kLastFailureCause) + 1);

}  // namespace

const CauseFacts& facts_of(FailureCause cause) {
  return kFacts.at(static_cast<std::size_t>(cause));
}

const CauseFacts* find_cause(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kFacts, [&](const CauseFacts& facts) { return facts.name.view() == name; });
  return found == kFacts.end() ? nullptr : found;
}

std::string_view to_text(WhoMustAct value) {
  switch (value) {
    case kNobody:
      return "nobody";
    case kTargetSystemOwner:
      return "target_system_owner";
    case kOperator:
      return "operator";
    case kProvider:
      return "provider";
    case kProviderAdministrator:
      return "provider_administrator";
    case kAccountOwner:
      return "account_owner";
  }
  return "";
}

bool is_of_credential(FailureCause cause) {
  switch (cause) {
    case kInvalidClient:
    case kSecretWrong:
    case kSecretExpired:
    case kCertificateNotRegistered:
    case kCertificateExpired:
    case kAssertionRefused:
    case kTlsClientCertificate:
      return true;
    default:
      return false;
  }
}

}  // namespace strongroom::oauth
