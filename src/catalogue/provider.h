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
#include "catalogue/bearer_grant_rules.h"
#include "catalogue/console_rules.h"
#include "catalogue/dpop_rules.h"
#include "catalogue/exchange_rules.h"
#include "catalogue/oauth1_rules.h"
#include "catalogue/response_rules.h"
#include "catalogue/wire_rules.h"

namespace strongroom::catalogue {

// Ways to a token. That a grant is listed says what the provider offers.
enum class Grant : std::uint8_t {
  kClientCredentials,  // RFC 6749 section 1.3.4
  kAuthorizationCode,  // RFC 6749 section 1.3.1
  kJwtBearer,          // RFC 7523 section 2.1
  kDeviceCode,         // RFC 8628
  kOauth1,             // RFC 5849, in which a browser brings a verifier
  kTokenExchange,      // RFC 8693, or Microsoft's on-behalf-of
  kPassword,           // RFC 6749 section 4.3; of legacy entries only
};

// Whether somebody has to sign in at the provider; otherwise a token can be had at any time.
constexpr bool needs_person(Grant grant) {
  return grant == Grant::kAuthorizationCode || grant == Grant::kDeviceCode ||
         grant == Grant::kOauth1 || grant == Grant::kPassword;
}

// RFC 6749 section 2.3.1, OpenID Connect Core section 9, RFC 8705 section 2; the names of the IANA
// registry.
enum class ClientAuthentication : std::uint8_t {
  kClientSecretBasic,
  kClientSecretPost,
  kClientSecretJwt,
  kPrivateKeyJwt,
  kTlsClientAuth,            // a certificate in TLS, known by its subject and CA
  kSelfSignedTlsClientAuth,  // a certificate in TLS, known as such
  kNone,                     // a public client: its id alone (RFC 6749 section 2.1)
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

// Where the token stands in the request that takes it back.
enum class RevocationPlace : std::uint8_t {
  kForm,    // RFC 7009 section 2.1
  kJson,    // a member of a JSON object
  kQuery,   // a parameter of the address
  kPath,    // a segment of the address
  kBearer,  // the Authorization header
};
enum class RevocationMethod : std::uint8_t { kPost, kGet, kDelete };
// Which of a grant's tokens are named; with one of them gone the others are.
enum class RevokedTokens : std::uint8_t { kBoth, kRefreshToken, kAccessToken };

struct RevocationParameter {
  std::string name;
  std::string literal;
};

// How tokens are taken back, where that differs from RFC 7009 or cannot be done at all.
struct RevocationRules {
  // The token alone does: whoever has it may revoke it, and no credential is sent along.
  bool without_authentication = false;
  // Another method than token requests use; nullopt: the same.
  std::optional<ClientAuthentication> authentication = {};
  RevocationMethod method = RevocationMethod::kPost;
  RevocationPlace place = RevocationPlace::kForm;
  std::string token_parameter = "token";  // its name there; of kPath the variable in the address
  bool without_hint = false;              // token_type_hint is not sent
  RevokedTokens tokens = RevokedTokens::kBoth;
  std::vector<RevocationParameter> parameters = {};  // that the request always has besides
  std::vector<std::int64_t> success_statuses = {};   // empty: 200, as RFC 7009 section 2.2 has it
  std::vector<SuccessMember> success = {};           // members of an answer that succeeded
  std::string by_hand;  // what a person does at the provider instead; plain text, or empty
  std::string page;     // where that is; an https address, or empty
};

// A call with an access token that tells whether it works, and at best whose it is.
struct VerificationRules {
  std::string endpoint = {};  // a template as the other addresses; empty: there is no such call
  bool with_post = false;     // otherwise GET
  std::vector<TokenField> headers = {};        // beside Authorization
  std::vector<SuccessMember> success = {};     // members of an answer that succeeded
  std::vector<std::string> account_path = {};  // member in member, to whose it is; empty: not said
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
  // (RFC 8414); then the entry has none of them.
  bool discovery = false;
  // "https://login.example.com/{tenant}/token": names in braces are variables, or the tenant.
  std::string token_endpoint;
  // Where the client shows a certificate (RFC 8705 section 5), if everything in it has a value;
  // otherwise, or if this is empty, the token endpoint.
  std::string mtls_token_endpoint;
  std::string authorization_endpoint;                 // empty: none
  std::string device_authorization_endpoint;          // RFC 8628 section 3.1; empty: none
  std::string pushed_authorization_request_endpoint;  // RFC 9126; empty: none
  bool requires_pushed_authorization_requests = false;
  std::string introspection_endpoint;  // RFC 7662; empty: none
  VerificationRules verification;
  // Of RFC 7009, in the same way. Empty, or with a variable that has no value: tokens cannot be
  // revoked. The second as mtls_token_endpoint; only an issuer's metadata has one.
  std::string revocation_endpoint;
  std::string mtls_revocation_endpoint;
  RevocationRules revocation;
  AuthorizationRules authorization;             // of all grants with a person
  std::optional<BearerGrantRules> jwt_bearer;   // there if the grant is
  std::optional<Oauth1Rules> oauth1;            // there if the grant is
  std::optional<ExchangeRules> token_exchange;  // there if the grant is
  bool legacy = false;  // offers what nobody should begin with: the password grant
  DpopRules dpop;
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
  WireRules wire;
  ResponseRules response;
  std::vector<LearnedValue> learned;
  // A younger token is not retrieved again on demand, whatever life a look-up wants, unless it has
  // expired or half of its life is over.
  Seconds min_retrieval_interval = kMinRetrievalInterval;
  ConsoleRules console;
  std::vector<FactSource> sources;

  bool offers(Grant grant) const;
  bool offers(ClientAuthentication method) const;
  bool supports_tenant() const { return tenant.has_value(); }
};

// The text forms that provider files and the REST API use: "client_credentials", "jwt_bearer",
// "client_secret_basic", "this_directory_only", "path_segment".
std::string_view to_text(Grant value);
std::string_view to_text(ClientAuthentication value);
std::string_view to_text(SupportedAccounts value);

}  // namespace strongroom::catalogue
