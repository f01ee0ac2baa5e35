#pragma once
// Tells a provider that a token is not needed any more: RFC 7009, or as its entry says.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "base/result.h"
#include "oauth/grant_request.h"
#include "oauth/raw_answer.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

enum class TokenKind : std::uint8_t { kRefreshToken, kAccessToken };
// The values of token_type_hint (RFC 7009 section 2.1): "refresh_token", "access_token".
std::string_view to_text(TokenKind kind);
std::optional<TokenKind> token_kind_from_text(std::string_view text);

// Where a client of this provider that authenticates by `method` revokes; empty: nowhere. What only
// a request fills in stays in braces (catalogue::is_filled_by_request).
//
// Errors: kInvalidArgument as catalogue::expand_revocation_endpoint; not an https URL; a query that
// holds a parameter of the request's own.
Result<std::string> revocation_endpoint_text(const catalogue::Provider& provider,
                                             catalogue::ClientAuthentication method,
                                             const catalogue::Parameters& parameters,
                                             std::string_view tenant,
                                             bool allow_plain_http = false);

// Either of the two, as it came from the provider.
using RevocableToken = std::variant<const RefreshToken*, const AccessToken*>;

// The request of section 2.1, or the vendor's own, proved as one at the token endpoint is, with the
// credential of the same server; with none where the entry says that the token alone does
// . Its address may hold the token: it is for the wire alone.
//
// Errors: as revocation_endpoint_text, revocation_message and authenticate; kConflict
// "no_revocation_endpoint"; kInternal: what the method needs was not given.
Result<TokenRequest> build_revocation_request(const GrantClient& client,
                                              const RevocableToken& token);

enum class Revoked : std::uint8_t {
  kYes,          // or it was no valid token any more, which comes to the same (section 2.2)
  kUnsupported,  // this server does not revoke tokens of that kind (section 2.2.1)
};
using RevocationResult = tl::expected<Revoked, TokenFailure>;

// What the answer means, by `rules`. The body of a success is not looked at unless they say so;
// after everything else the token has to be taken for alive.
RevocationResult read_revocation(const RawResult& answer,
                                 const catalogue::RevocationRules& rules = {});

}  // namespace strongroom::oauth
