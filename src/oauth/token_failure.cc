#include "oauth/token_failure.h"

#include <array>
#include <cstddef>

namespace strongroom::oauth {
namespace {

using enum FailureCause;
using enum WhoMustAct;

// In the order of the enumeration.
constexpr std::array kFacts = {
    CauseFacts{kInvalidClient, "invalid_client",
               "The service provider does not accept the consumer key or the consumer secret.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kInvalidGrant, "invalid_grant", "The service provider refused the grant.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kUnauthorizedClient, "unauthorized_client",
               "The application is not allowed to use this way of getting tokens.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kUnsupportedGrantType, "unsupported_grant_type",
               "The service provider does not offer this way of getting tokens.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kInvalidScope, "invalid_scope",
               "The service provider does not grant one of the scopes to this application.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kInvalidTarget, "invalid_target",
               "The service provider does not know the audience or resource.", kTargetSystemOwner,
               false, Code::kProviderRefused},
    CauseFacts{kInvalidRequest, "invalid_request",
               "The service provider finds something missing or wrong in the token request.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kAccessDenied, "access_denied",
               "The service provider denies access to this application.", kTargetSystemOwner, false,
               Code::kProviderRefused},
    CauseFacts{kRefused, "refused",
               "The service provider refused the token request without a reason that is known.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kEndpointNotFound, "endpoint_not_found",
               "There is no token endpoint at the address that is called.", kTargetSystemOwner,
               false, Code::kProviderRefused},
    CauseFacts{kRateLimited, "rate_limited", "The service provider asks for fewer token requests.",
               kNobody, true, Code::kUnavailable},
    CauseFacts{kProviderUnavailable, "provider_unavailable",
               "The service provider is in trouble and cannot answer at the moment.", kNobody, true,
               Code::kUnavailable},
    CauseFacts{kNameUnresolved, "name_unresolved",
               "The host name of the token endpoint could not be resolved.", kOperator, true,
               Code::kUnavailable},
    CauseFacts{kUnreachable, "unreachable", "The token endpoint could not be reached.", kOperator,
               true, Code::kUnavailable},
    CauseFacts{kTls, "tls", "No trustworthy TLS connection to the token endpoint came about.",
               kTargetSystemOwner, true, Code::kUnavailable},
    CauseFacts{kAddressPolicy, "address_policy",
               "The token endpoint has an address that the target system's address policy does not "
               "allow.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kRedirected, "redirected",
               "The token endpoint sends the request elsewhere; redirects are never followed.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kMalformedAnswer, "malformed_answer",
               "The token endpoint's answer is not a well-formed token response.", kProvider, true,
               Code::kUnavailable},
    CauseFacts{kUnusableTokenType, "unusable_token_type",
               "The service provider issued a type of token that cannot be used.",
               kTargetSystemOwner, false, Code::kProviderRefused},
    CauseFacts{kOversized, "oversized", "The token endpoint's answer is larger than allowed.",
               kProvider, true, Code::kUnavailable},
    CauseFacts{kInterrupted, "interrupted", "The token endpoint's answer broke off.", kNobody, true,
               Code::kUnavailable},
    CauseFacts{kTimedOut, "timed_out",
               "The token endpoint took the request and did not answer in time.", kNobody, true,
               Code::kUnavailable},
    CauseFacts{kOverloaded, "overloaded",
               "This server has too much to do, or is stopping; the token request was not carried "
               "out.",
               kOperator, true, Code::kUnavailable},
    CauseFacts{kInvalidSettings, "invalid_settings",
               "The target system's settings do not make a token request.", kTargetSystemOwner,
               false, Code::kProviderRefused},
    CauseFacts{kProxy, "proxy",
               "The proxy on the way to the token endpoint did not let the request through.",
               kOperator, true, Code::kUnavailable},
    CauseFacts{kUnusableMetadata, "unusable_metadata",
               "The issuer has no metadata document that can be used.", kTargetSystemOwner, false,
               Code::kProviderRefused},
};

static_assert(kFacts.size() == static_cast<std::size_t>(kLastFailureCause) + 1);

}  // namespace

const CauseFacts& facts_of(FailureCause cause) {
  return kFacts.at(static_cast<std::size_t>(cause));
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
  }
  return "";
}

Error as_error(const TokenFailure& failure) {
  const CauseFacts& facts = facts_of(failure.cause);
  const bool precise = !failure.message.view().empty();
  Error error{facts.code, precise ? failure.message : facts.message, failure.detail};
  error = std::move(error)
              .with("cause", VisibleName{std::string(facts.name.view())})
              .with("who_must_act", VisibleName{std::string(to_text(facts.who))});
  // Whoever is told to come back after a refusal would come for nothing.
  if (failure.retry_after && facts.transient) {
    error = std::move(error).with("retry_after", std::int64_t{failure.retry_after->count()});
  }
  if (!failure.provider_codes.empty()) {
    error = std::move(error).with("provider_code", failure.provider_codes.front());
  }
  return error;
}

}  // namespace strongroom::oauth
