#include "oauth/refusal.h"

#include <array>
#include <optional>
#include <string>

#include <boost/json.hpp>

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxProviderCodes = 4;

struct RegisteredError {
  std::string_view code;
  FailureCause cause;
};

// The registry "OAuth Extensions Error" and RFC 6749 sections 4.1.2.1 and 5.2, as far as a token
// endpoint can mean them.
constexpr std::array kRegistered = {
    RegisteredError{"invalid_client", FailureCause::kInvalidClient},
    RegisteredError{"invalid_grant", FailureCause::kInvalidGrant},
    RegisteredError{"unauthorized_client", FailureCause::kUnauthorizedClient},
    RegisteredError{"unsupported_grant_type", FailureCause::kUnsupportedGrantType},
    RegisteredError{"invalid_scope", FailureCause::kInvalidScope},
    RegisteredError{"insufficient_scope", FailureCause::kInvalidScope},
    RegisteredError{"invalid_target", FailureCause::kInvalidTarget},
    RegisteredError{"invalid_request", FailureCause::kInvalidRequest},
    RegisteredError{"access_denied", FailureCause::kAccessDenied},
    RegisteredError{"temporarily_unavailable", FailureCause::kProviderUnavailable},
    RegisteredError{"server_error", FailureCause::kProviderUnavailable},
    RegisteredError{"slow_down", FailureCause::kRateLimited},
    // OpenID Connect Core section 3.1.2.6: of authorizations, and Microsoft says them to refreshes.
    RegisteredError{"interaction_required", FailureCause::kInteractionRequired},
    RegisteredError{"login_required", FailureCause::kInteractionRequired},
    RegisteredError{"consent_required", FailureCause::kInteractionRequired},
    RegisteredError{"invalid_dpop_proof", FailureCause::kInvalidRequest},  // RFC 9449 section 5
    RegisteredError{"use_dpop_nonce", FailureCause::kRefused},             // again: section 8
};

const RegisteredError* find_registered(const json::object* answer) {
  const json::value* error = answer == nullptr ? nullptr : answer->if_contains("error");
  if (error == nullptr || !error->is_string()) return nullptr;
  for (const RegisteredError& registered : kRegistered) {
    if (registered.code == std::string_view(error->get_string())) return &registered;
  }
  return nullptr;
}

FailureCause cause_of_status(int status) {
  switch (status) {
    case 401:
      return FailureCause::kInvalidClient;
    case 404:
    case 405:
    case 410:
      return FailureCause::kEndpointNotFound;
    default:
      return FailureCause::kRefused;
  }
}

// The causes that no body may overrule: a 503 that says invalid_grant is still a 503.
bool status_decides(int status, FailureCause& cause) {
  if (status == 429) {
    cause = FailureCause::kRateLimited;
  } else if (status == 408 || (status >= 500 && status < 600)) {
    cause = FailureCause::kProviderUnavailable;
  } else if (status >= 300 && status < 400) {
    cause = FailureCause::kRedirected;
  } else {
    return false;
  }
  return true;
}

std::vector<std::int64_t> provider_codes(const json::object* answer, const std::string& member) {
  std::vector<std::int64_t> codes;
  if (answer == nullptr || member.empty()) return codes;
  const json::value* value = answer->if_contains(member);
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return codes;
  for (const json::value& code : *list) {
    if (code.is_int64() && codes.size() < kMaxProviderCodes) codes.push_back(code.get_int64());
  }
  return codes;
}

// What the provider's own numbers say, the first that its entry knows.
std::optional<FailureCause> stated_cause(const std::vector<std::int64_t>& codes,
                                         const catalogue::ResponseRules& rules) {
  for (const std::int64_t code : codes) {
    const auto stated = rules.error_causes.find(code);
    if (stated != rules.error_causes.end()) return cause_of(stated->second);
  }
  return std::nullopt;
}

}  // namespace

FailureCause cause_of(catalogue::StatedCause stated) {
  switch (stated) {
    case catalogue::StatedCause::kSecretWrong:
      return FailureCause::kSecretWrong;
    case catalogue::StatedCause::kSecretExpired:
      return FailureCause::kSecretExpired;
    case catalogue::StatedCause::kCertificateNotRegistered:
      return FailureCause::kCertificateNotRegistered;
    case catalogue::StatedCause::kCertificateExpired:
      return FailureCause::kCertificateExpired;
    case catalogue::StatedCause::kAssertionRefused:
      return FailureCause::kAssertionRefused;
    case catalogue::StatedCause::kClockSkew:
      return FailureCause::kClockSkew;
    case catalogue::StatedCause::kTenantNotFound:
      return FailureCause::kTenantNotFound;
    case catalogue::StatedCause::kApplicationNotFound:
      return FailureCause::kApplicationNotFound;
    case catalogue::StatedCause::kApplicationDisabled:
      return FailureCause::kApplicationDisabled;
    case catalogue::StatedCause::kAdminConsentMissing:
      return FailureCause::kAdminConsentMissing;
    case catalogue::StatedCause::kConditionalAccess:
      return FailureCause::kConditionalAccess;
    case catalogue::StatedCause::kSingleTenantApplication:
      return FailureCause::kSingleTenantApplication;
    case catalogue::StatedCause::kAccountNotInTenant:
      return FailureCause::kAccountNotInTenant;
    case catalogue::StatedCause::kUnauthorizedClient:
      return FailureCause::kUnauthorizedClient;
    case catalogue::StatedCause::kInvalidScope:
      return FailureCause::kInvalidScope;
    case catalogue::StatedCause::kInvalidTarget:
      return FailureCause::kInvalidTarget;
    case catalogue::StatedCause::kRateLimited:
      return FailureCause::kRateLimited;
    case catalogue::StatedCause::kProviderUnavailable:
      return FailureCause::kProviderUnavailable;
  }
  return FailureCause::kRefused;
}

TokenFailure read_refusal(int status, const std::vector<http::Header>& headers,
                          const json::object* answer, const catalogue::ResponseRules& rules,
                          WallTime now) {
  TokenFailure failure{.cause = cause_of_status(status)};
  failure.status = status;
  const RegisteredError* registered = find_registered(answer);
  if (registered != nullptr) {
    failure.error_code = registered->code;
    failure.cause = registered->cause;
  }
  // Only a client that was not authenticated is answered 401 (RFC 6749 section 5.2), whatever the
  // code: Keycloak says unauthorized_client to a wrong secret, Auth0 access_denied. But nobody says
  // invalid_grant who has not looked at the grant: one client's is over, and all others' go on
  //
  if (status == 401 && !facts_of(failure.cause).transient &&
      failure.cause != FailureCause::kInvalidGrant) {
    failure.cause = FailureCause::kInvalidClient;
  }
  failure.provider_codes = provider_codes(answer, rules.error_codes_member);
  failure.cause = stated_cause(failure.provider_codes, rules).value_or(failure.cause);
  status_decides(status, failure.cause);
  if (const std::string* value = http::find_header(headers, "Retry-After")) {
    failure.retry_after = parse_retry_after(*value, now);
  }
  failure.detail =
      "status " + std::to_string(status) + ", error \"" + std::string(failure.error_code) + "\"";
  for (const std::int64_t code : failure.provider_codes) {
    failure.detail += " " + std::to_string(code);
  }
  return failure;
}

}  // namespace strongroom::oauth
