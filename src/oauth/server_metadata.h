#pragma once
// What an authorization server says of itself: RFC 8414, and OpenID Connect Discovery 1.0, whose
// documents have the same members. Pure functions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "http/address_policy.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxMetadataBytes = std::size_t{256} * 1024;

// The members that something is done with. An address that is there is one that may be called
// empty: the document has none.
struct ServerMetadata {
  std::string issuer;  // as the document has it
  std::string token_endpoint;
  std::string mtls_token_endpoint;  // of mtls_endpoint_aliases (RFC 8705 section 5)
  std::string authorization_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;  // OpenID Connect Core section 5.3
  std::string introspection_endpoint;
  std::string revocation_endpoint;
  std::string mtls_revocation_endpoint;  // as mtls_token_endpoint
  std::string device_authorization_endpoint;
  std::string pushed_authorization_request_endpoint;
  std::vector<std::string> auth_methods;  // at the token endpoint; absent: client_secret_basic
  std::optional<std::vector<std::string>> auth_algorithms;  // of assertions; nullopt: not said
  std::optional<std::vector<std::string>> grant_types;      // nullopt: not said
  std::vector<std::string> code_challenge_methods;
  bool names_issuer_in_answers = false;       // of authorizations (RFC 9207 section 3)
  bool binds_tokens_to_certificates = false;  // tls_client_certificate_bound_access_tokens
  // dpop_signing_alg_values_supported (RFC 9449 section 5.1); empty: tokens are not bound to keys.
  std::vector<std::string> dpop_algorithms = {};
  bool requires_pushed_authorization_requests = false;  // RFC 9126 section 5
  std::string registration_endpoint = {};               // RFC 7591
  bool takes_client_id_documents = false;               // client_id_metadata_document_supported
  std::optional<std::vector<std::string>> scopes = {};  // scopes_supported; nullopt: not said

  bool operator==(const ServerMetadata&) const = default;
};

// Errors: kInvalidArgument: `issuer` is not an https address without user info, query and fragment
// (A-100; RFC 8414 section 2).
Status check_issuer(std::string_view issuer);

// Where the document may be, in the order of asking: RFC 8414 section 3.1 puts the
// well-known part between host and path, OpenID Connect Discovery section 4 behind the path.
// `issuer` has passed check_issuer().
std::vector<std::string> metadata_urls(std::string_view issuer);

// Reads a document that was fetched for `issuer`. signed_metadata is not looked at.
// `reach`: addresses that may be called; nullptr: of a document that was judged before.
//
// Errors, all kInvalidArgument:
//   not JSON, too long, too deep, a name twice, not an object, a member of another type
//   the document is another issuer's; no token endpoint
//   an endpoint that is no https address, has user info or a fragment, or is a numeric address that
//   `reach` does not permit; the detail names the member
Result<ServerMetadata> parse_server_metadata(std::string_view text, std::string_view issuer,
                                             const http::AddressPolicy* reach);

// A document with just the members of ServerMetadata, which parse_server_metadata() reads.
std::string to_json(const ServerMetadata& metadata);

// Microsoft answers for "common", "organizations" and "consumers" with the document of no tenant or
// of another one: then `metadata` is of many tenants, and nobody in particular.
bool is_for_many_tenants(std::string_view issuer, const ServerMetadata& metadata);

// The endpoints beside the token endpoint and those for revoking that get credentials and are of
// another origin than the token endpoint.
std::vector<std::string> other_destinations(const ServerMetadata& metadata);

// Whether `next` sends credentials, or takes keys, elsewhere than `accepted`: another issuer or
// token endpoint, another one for revoking, another destination of credentials besides, or another
// host of the keys.
bool moves_trust(const ServerMetadata& accepted, const ServerMetadata& next);
// The same where people sign in by it: browsers too are sent elsewhere, where a page of somebody
// else's would be given passwords, or answers no longer say whose they are (RFC 9207).
bool moves_sign_in(const ServerMetadata& accepted, const ServerMetadata& next);

// Which credentials there are to prove with who the client is.
struct Credentials {
  bool secret = false;
  bool key = false;
  bool certificate = false;
};

// `provider` as the server's metadata completes it: its token endpoints, and first among the
// methods the strongest that both sides have and there are credentials for: with a
// certificate tls_client_auth, self_signed_tls_client_auth and then, as with a key,
// private_key_jwt; client_secret_basic, client_secret_post, client_secret_jwt; none where there is
// nothing else in common. The others stay behind them, for who chooses one by hand.
catalogue::Provider complete(catalogue::Provider provider, const ServerMetadata& metadata,
                             Credentials credentials);

// Whether a client that shows what `next` says instead of what `accepted` says, and proves with the
// strongest that both sides have, gives more of its credential away than before, or cannot prove
// anything any more: the credential itself instead of a signature, or of a certificate in TLS (RFC
// 9700 section 2.5). Of several weak ways none is weaker than another.
bool weakens_proof(const catalogue::Provider& provider, const ServerMetadata& accepted,
                   const ServerMetadata& next, Credentials credentials);

// Whether the server says that it takes one of the provider's methods. What it says of grants is
// not held against it: servers that issue tokens for client credentials leave them out (glewlwyd
// 2.7.5 does), and a token request shows it better.
//
// Errors: kInvalidArgument at "/client_authentication".
Status check_methods(const catalogue::Provider& provider, const ServerMetadata& metadata);

}  // namespace strongroom::oauth
