#pragma once
// A service provider as data: where its endpoints are and how it differs from the RFCs.
//
// One quirk is one field. A Provider is only made by parse_provider (catalogue/provider_parser.h),
// so one that exists has passed the validator. Plain values, immutable in use: threads share them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace strongroom::catalogue {

// RFC 6749 section 1.3. That a grant is listed says what the provider offers, not what we
// implement.
enum class Grant : std::uint8_t { kClientCredentials, kAuthorizationCode };

// RFC 6749 section 2.3.1; the names of the IANA registry.
enum class ClientAuthentication : std::uint8_t { kClientSecretBasic, kClientSecretPost };

// What a value that a person types must look like. A closed set in place of regular expressions:
// provider files are hostile input, and so is the value.
enum class ValueFormat : std::uint8_t {
  kText,          // 1 to 1,024 bytes of UTF-8 without control characters
  kToken,         // 1 to 128 characters of A-Z a-z 0-9 - . _ ~, other than "." and ".."
  kDigits,        // 1 to 20 digits
  kGuid,          // 8-4-4-4-12 hexadecimal digits
  kGuidOrDomain,  // a kGuid or a kDnsName
  kDnsLabel,      // one label of a host name (RFC 1123 section 2.1)
  kDnsName,       // two labels or more; the last is not all digits, so never an IPv4 address
  kAbsoluteUri,   // RFC 3986 section 4.3: a scheme, no fragment (RFC 8707 section 2)
  kHttpUrl,       // http or https with a host, no user info, no fragment; which of both is allowed
                  // is for oauth/token_endpoint.h
};

// A value that the target system gives: for a place in an address or for a form parameter.
struct AskedValue {
  std::string name;   // the key in a target system's endpoint_parameters: "domain", "audience"
  std::string label;  // for people: "Domain"
  std::string help;
  ValueFormat format = ValueFormat::kText;
  std::vector<std::string> allowed;           // not empty: one of these and nothing else
  std::vector<std::string> allowed_suffixes;  // not empty: ends with "." and one of these (host)
  std::string default_value;                  // used where nothing is given; may be empty
  bool required = false;
};

// Where in an address a variable may stand. Only the first three can decide which host is called.
enum class VariablePlace : std::uint8_t {
  kUrl,          // is the whole address
  kHost,         // is the whole host
  kHostLabel,    // is one label of the host
  kPathSegment,  // is one segment of the path; percent-encoded, so it cannot leave it
};

struct EndpointVariable {
  AskedValue value;
  VariablePlace place = VariablePlace::kPathSegment;
};

// "https://login.example.com/{tenant}/token", with the names in braces declared as variables.
using EndpointTemplate = std::string;

// A form parameter that this provider's token request needs beyond RFC 6749.
struct TokenParameter {
  AskedValue asked;     // asked.name is the parameter's name on the wire
  std::string literal;  // not empty: always this value, nothing is asked
};

// A header that this provider wants on token requests: a literal, or a value that is asked for.
struct TokenHeader {
  std::string name;
  std::string literal;
  std::optional<AskedValue> asked;
};

// How tenants work at a provider that has them (Microsoft: A-241).
enum class SupportedAccounts : std::uint8_t {
  kThisDirectoryOnly,
  kAnyDirectory,
  kWithPersonalAccounts,
};
struct TenantRules {
  std::string label;
  std::string help;
  ValueFormat format = ValueFormat::kGuidOrDomain;
  std::vector<std::string> shared;  // "common": names for many tenants, useless where an app acts
  std::vector<SupportedAccounts> supported_accounts;
};

struct ScopeRules {
  std::string delimiter = " ";
  std::vector<std::string> defaults;    // asked for where a target system names none
  bool app_only_default_scope = false;  // client credentials: exactly one "{resource}/.default"
  bool required = false;                // client credentials need at least one
};

enum class ResponseFormat : std::uint8_t { kJson, kForm };
enum class LifetimeUnit : std::uint8_t { kSeconds, kMilliseconds };

// "`member` has this value" is a condition of success (providers that answer errors with 200).
struct SuccessMember {
  std::string member;
  std::variant<bool, std::int64_t, std::string> equals;
};

// How the answer of the token endpoint is read.
struct ResponseRules {
  ResponseFormat format = ResponseFormat::kJson;
  std::vector<SuccessMember> success;  // all must hold; the `error` check is always on
  LifetimeUnit expires_in_unit = LifetimeUnit::kSeconds;
  std::optional<Seconds> default_lifetime;  // where the answer names none; nullopt: unknown
  bool token_type_may_be_missing = false;   // then Bearer
  std::string error_codes_member;           // an array of integers worth keeping
};

// Where a fact of the entry comes from.
struct FactSource {
  std::string fact;  // the member of the file: "token_endpoint"
  std::string page;  // the vendor's page, or the standard
  std::string read;  // the date it was read: "2026-11-24"
};

struct Provider {
  std::string id;             // "microsoft-azure-ad-2"
  std::string name;           // "Microsoft Azure AD 2.0"
  std::string documentation;  // the vendor's page for people who register an application; or empty
  std::vector<Grant> grants;
  EndpointTemplate token_endpoint;
  EndpointTemplate authorization_endpoint;  // empty: none
  std::vector<EndpointVariable> variables;
  std::vector<ClientAuthentication> client_authentication;  // the first is the default
  bool basic_raw = false;  // Basic without the encoding of section 2.3.1
  std::string client_credentials_grant_type = "client_credentials";  // on the wire
  std::vector<TokenParameter> token_parameters;
  std::vector<TokenHeader> token_headers;
  ScopeRules scopes;
  std::optional<TenantRules> tenant;
  ResponseRules response;
  Seconds min_retrieval_interval{0};  // a younger token is not retrieved again on demand
  std::vector<FactSource> sources;

  bool offers(Grant grant) const;
  bool offers(ClientAuthentication method) const;
  bool supports_tenant() const { return tenant.has_value(); }
};

// The text forms that provider files and the REST API use: "client_credentials",
// "client_secret_basic", "this_directory_only".
std::string_view to_text(Grant value);
std::string_view to_text(ClientAuthentication value);
std::string_view to_text(SupportedAccounts value);
std::string_view to_text(ValueFormat value);
std::string_view to_text(VariablePlace value);

}  // namespace strongroom::catalogue
