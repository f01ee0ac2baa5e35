#pragma once
// Checks what a target system and its clients say against their provider's entry, before anything
// is sent; and fills in the provider's templates.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// A target system's endpoint_parameters: the variables of addresses, token parameters and headers
// that the provider asks for, in one name space.
using Parameters = std::map<std::string, std::string>;

// Everything that the provider's entry can say about `parameters`.
//
// Errors, at "/endpoint_parameters/{name}":
//   kInvalidArgument  a required one is missing, one is unknown, one has not the form that is asked
Status check_parameters(const Provider& provider, const Parameters& parameters);

// The scopes to ask for: `scopes`, or the provider's defaults where there are none.
//
// Errors, at "/scopes" or "/scopes/{index}":
//   kInvalidArgument  a scope has a character outside RFC 6749 section 3.3 or holds the provider's
//                     delimiter; none is given and the provider needs one; client credentials at a
//                     provider of app-only scopes, and it is not exactly one "{resource}/.default"
Result<std::vector<std::string>> check_scopes(const Provider& provider, Grant grant,
                                              const std::vector<std::string>& scopes);

inline constexpr std::size_t kMaxResources = 16;

// The resources that a target system's clients may be asked for, each an absolute URI without
// fragment. Errors, at "/resources" or "/resources/{index}": kInvalidArgument.
Status check_resources(const Provider& provider, const std::vector<std::string>& resources);

// A tenant as a person typed it, trimmed and in lower case; empty stays empty.
//
// Errors, at `field`:
//   kInvalidArgument  the provider has no tenants; not a GUID or domain; `grant` acts without a
//                     person and this name stands for many tenants
Result<std::string> clean_tenant(const Provider& provider, Grant grant, std::string_view tenant,
                                 std::string_view field);

// The tenant that counts: the client's, else the target system's. Empty where the provider has no
// tenants.
//
// Errors, at "/tenant":
//   kInvalidArgument  as clean_tenant; or none is given and the token endpoint needs one
Result<std::string> choose_tenant(const Provider& provider, Grant grant,
                                  std::string_view client_tenant, std::string_view default_tenant);

// How the client connects: with mutual TLS it may be at an address of its own.
enum class Connection : std::uint8_t { kOrdinary, kMutualTls };

// The token endpoint with everything filled in and encoded. `tenant` is what choose_tenant
// answered. What it answers is text; oauth/token_endpoint.h judges it as a URL.
//
// Errors: as check_parameters; kInvalidArgument at "/tenant" if it is needed and empty.
Result<std::string> expand_token_endpoint(const Provider& provider, const Parameters& parameters,
                                          std::string_view tenant,
                                          Connection connection = Connection::kOrdinary);

// The same for people to look at: what is not known yet stays in braces. Never to be called.
std::string displayed_token_endpoint(const Provider& provider, const Parameters& parameters,
                                     std::string_view tenant,
                                     Connection connection = Connection::kOrdinary);

// The authorization endpoint, in the same way; empty: the provider has none. Errors: as
// expand_token_endpoint.
Result<std::string> expand_authorization_endpoint(const Provider& provider,
                                                  const Parameters& parameters,
                                                  std::string_view tenant);

// Where tokens are revoked, in the same way; empty: nowhere, because the entry has no address, or
// one with a variable that has no value. Errors: as expand_token_endpoint.
Result<std::string> expand_revocation_endpoint(const Provider& provider,
                                               const Parameters& parameters,
                                               std::string_view tenant,
                                               Connection connection = Connection::kOrdinary);
// Where authorization requests are pushed, in the same way.
Result<std::string> expand_pushed_authorization_request_endpoint(const Provider& provider,
                                                                 const Parameters& parameters,
                                                                 std::string_view tenant);
// The same for people to look at, as displayed_token_endpoint.
std::string displayed_revocation_endpoint(const Provider& provider, const Parameters& parameters,
                                          std::string_view tenant,
                                          Connection connection = Connection::kOrdinary);

// Stands for the tenant of who signed in, as Microsoft's own metadata writes it.
inline constexpr std::string_view kTenantPlaceholder = "{tenantid}";

// Whose ID tokens come from a provider whose entry has its endpoints; empty: none do.
struct OpenidParties {
  std::string issuer;  // may hold kTenantPlaceholder
  std::string jwks_uri;
};

// Errors: as expand_token_endpoint.
Result<OpenidParties> expand_openid(const Provider& provider, const Parameters& parameters,
                                    std::string_view tenant);

// The scopes of a sign-in: what check_scopes answers, and those that the entry always asks for.
// Errors: as check_scopes.
Result<std::vector<std::string>> sign_in_scopes(const Provider& provider,
                                                const std::vector<std::string>& scopes);

// The provider's own form parameters and headers of a token request, in the order of the entry,
// without those that have no value. Only for parameters that check_parameters let pass.
std::vector<std::pair<std::string, std::string>> token_parameters(const Provider& provider,
                                                                  const Parameters& parameters);
std::vector<std::pair<std::string, std::string>> token_headers(const Provider& provider,
                                                               const Parameters& parameters);

}  // namespace strongroom::catalogue
