#pragma once
// How one provider's token endpoint answers, where that differs from RFC 6749 section 5.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace strongroom::catalogue {

enum class ResponseFormat : std::uint8_t { kJson, kForm };
// RFC 6750 section 2.1, or "NQCHAR" of RFC 6749 appendix A: visible ASCII but for quote and
// backslash. Neither lets a token leave its place in a header or in JSON.
enum class TokenCharacters : std::uint8_t { kB64Token, kNqChar };
enum class LifetimeUnit : std::uint8_t { kSeconds, kMilliseconds };
// What the member that ends a token's life holds, where it is no lifetime.
enum class EndForm : std::uint8_t { kEpochSeconds, kEpochMilliseconds, kIso8601 };

// "`member` has this value" is a condition of success (providers that answer errors with 200).
struct SuccessMember {
  std::string member;
  std::variant<bool, std::int64_t, std::string> equals;
};

// What a provider's own error number says, where it says more than OAuth's error code.
enum class StatedCause : std::uint8_t {
  kSecretWrong,
  kSecretExpired,
  kCertificateNotRegistered,
  kCertificateExpired,
  kAssertionRefused,
  kClockSkew,
  kTenantNotFound,
  kApplicationNotFound,
  kApplicationDisabled,
  kAdminConsentMissing,
  kConditionalAccess,
  kSingleTenantApplication,
  kAccountNotInTenant,
  kUnauthorizedClient,
  kInvalidScope,
  kInvalidTarget,
  kRateLimited,
  kProviderUnavailable,
};

struct ResponseRules {
  ResponseFormat format = ResponseFormat::kJson;
  std::vector<SuccessMember> success;  // all must hold; the `error` check is always on
  LifetimeUnit expires_in_unit = LifetimeUnit::kSeconds;
  std::optional<Seconds> default_lifetime;  // where the answer names none; nullopt: unknown
  // Member in member, the object that holds all the others; empty: the answer itself.
  std::vector<std::string> envelope = {};
  // Where a provider has other names for the members of RFC 6749 section 5.1; empty: those.
  std::string access_token_member = {};
  std::string refresh_token_member = {};
  std::string expires_in_member = {};
  std::string scope_member = {};
  std::string expires_at_member =
      {};  // where the end is said instead of a lifetime; empty: it is not
  EndForm expires_at_form = EndForm::kEpochSeconds;
  TokenCharacters access_token_characters = TokenCharacters::kB64Token;
  bool token_type_may_be_missing = false;            // then Bearer
  std::string error_codes_member;                    // an array of integers worth keeping
  std::map<std::int64_t, StatedCause> error_causes;  // what some of those say
};

}  // namespace strongroom::catalogue
