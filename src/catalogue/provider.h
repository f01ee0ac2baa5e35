#pragma once
// A service provider as data: where its endpoints are and how it differs from the RFCs.
//
// One quirk is one field. A Provider is only made by parse_provider (catalogue/provider_parser.h),
// so one that exists has passed the validator. Plain values, immutable in use: threads share them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/asked_value.h"
#include "catalogue/assertion_rules.h"
#include "catalogue/authorization_rules.h"
#include "catalogue/response_rules.h"

namespace strongroom::catalogue {

// RFC 6749 section 1.3. That a grant is listed says what the provider offers, not what we
// implement.
enum class Grant : std::uint8_t { kClientCredentials, kAuthorizationCode };

// RFC 6749 section 2.3.1, OpenID Connect Core section 9, RFC 8705 section 2; the names of the IANA
// registry.
enum class ClientAuthentication : std::uint8_t {
  kClientSecretBasic,
  kClientSecretPost,
  kClientSecretJwt,
  kPrivateKeyJwt,
  kTlsClientAuth,            // a certificate in TLS, known by its subject and CA
  kSelfSignedTlsClientAuth,  // a certificate in TLS, known as such
};

// Whether the client shows a certificate in the TLS handshake.
bool is_mutual_tls(ClientAuthentication method);

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

// A form parameter or a header that this provider's token request has beyond RFC 6749: always the
// same, or asked for.
struct TokenField {
  std::string name;     // on the wire: "audience", "User-Agent"
  std::string literal;  // where nothing is asked
  std::optional<AskedValue> asked;
};

// Microsoft's choice for an application; stored with a target system.
enum class SupportedAccounts : std::uint8_t {
  kThisDirectoryOnly,
  kAnyDirectory,
  kWithPersonalAccounts,
};

// How tenants work at a provider that has them. "{tenant}" is then a segment of its paths.
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

// How a token request says which one resource the token is for; exactly one of the two is set.
struct ResourceRules {
  std::string parameter;     // a form parameter: "resource" (RFC 8707 section 2), "audience"
  std::string scope_suffix;  // the scope is the resource with this behind it: "/.default"
};

// Where a fact of the entry comes from.
struct FactSource {
  std::string fact;  // the member of the file: "token_endpoint", "scopes.required"
  std::string page;  // the vendor's page, or the standard
  std::string read;  // the date it was read: "2026-11-24"
};

// How tokens are taken back, where that differs from RFC 7009 or cannot be done at all.
struct RevocationRules {
  // The token alone does: whoever has it may revoke it, and no credential is sent along.
  bool without_authentication = false;
  std::string by_hand;  // what a person does at the provider instead; plain text, or empty
  std::string page;     // where that is; an https address, or empty
};

// Where the entry names none: no robot's run is so short that it could tell, and no provider minds.
inline constexpr Seconds kMinRetrievalInterval{30};

// Of an entry with `discovery`: the variable that holds the issuer's address.
inline constexpr std::string_view kIssuerVariable = "issuer";

struct Provider {
  std::string id;             // "microsoft"
  std::string name;           // "Microsoft Azure AD 2.0"
  std::string documentation;  // the vendor's page for who registers an application; or empty
  std::vector<Grant> grants;
  // The endpoints stand in the metadata of the issuer, which is asked for as the variable "issuer"
  // (RFC 8414); then the two addresses here are empty.
  bool discovery = false;
  // "https://login.example.com/{tenant}/token": names in braces are variables, or the tenant.
  std::string token_endpoint;
  // Where the client shows a certificate (RFC 8705 section 5), if everything in it has a value;
  // otherwise, or if this is empty, the token endpoint.
  std::string mtls_token_endpoint;
  std::string authorization_endpoint;  // empty: none
  // Of RFC 7009, in the same way. Empty, or with a variable that has no value: tokens cannot be
  // revoked. The second as mtls_token_endpoint; only an issuer's metadata has one.
  std::string revocation_endpoint;
  std::string mtls_revocation_endpoint;
  RevocationRules revocation;
  AuthorizationRules authorization;  // of the grant kAuthorizationCode
  OpenidRules openid;
  std::vector<EndpointVariable> variables;
  std::vector<ClientAuthentication> client_authentication;  // the first is the default
  bool basic_raw = false;  // Basic without the encoding of RFC 6749 section 2.3.1
  std::optional<AssertionRules> client_assertion;  // there if a method with a JWT is
  std::string client_credentials_grant_type = "client_credentials";  // on the wire
  std::vector<TokenField> token_parameters;
  std::vector<TokenField> token_headers;
  ScopeRules scopes;
  std::optional<ResourceRules> resources;  // nullopt: a token is for what the scopes say
  std::optional<TenantRules> tenant;
  ResponseRules response;
  // A younger token is not retrieved again on demand, whatever life a look-up wants, unless it has
  // expired or half of its life is over.
  Seconds min_retrieval_interval = kMinRetrievalInterval;
  std::vector<FactSource> sources;

  bool offers(Grant grant) const;
  bool offers(ClientAuthentication method) const;
  bool supports_tenant() const { return tenant.has_value(); }
};

// The text forms that provider files and the REST API use: "client_credentials",
// "client_secret_basic", "this_directory_only", "path_segment".
std::string_view to_text(Grant value);
std::string_view to_text(ClientAuthentication value);
std::string_view to_text(SupportedAccounts value);

}  // namespace strongroom::catalogue
