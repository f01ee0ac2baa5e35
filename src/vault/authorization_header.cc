#include "vault/authorization_header.h"

#include <utility>

#include "oauth/dpop_proof.h"
#include "vault/lookup_errors.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kBearer = "Bearer";  // RFC 6750

constexpr std::string_view kDpop = "DPoP";  // RFC 9449

RequestHeader authorization(std::string_view scheme, std::string_view token) {
  std::string text;
  text.reserve(scheme.size() + 1 + token.size());
  text.append(scheme).append(1, ' ').append(token);
  RequestHeader header{"Authorization", HeaderLetters(text)};
  wipe(text);
  return header;
}

}  // namespace

bool can_be_proven(const TokenEntry& token) { return !token.is_bound || needs_key(token); }

bool needs_key(const TokenEntry& token) { return token.token_type == kDpop; }

Result<std::vector<RequestHeader>> authorization_headers(const OpenedToken& token,
                                                         const RequestToAuthorize& request) {
  std::vector<RequestHeader> headers;
  if (token.type == kDpop && token.key != nullptr) {
    STRONGROOM_TRY(const std::string proof, token.key->prove({.method = request.method,
                                                              .url = request.url.text,
                                                              .nonce = request.dpop_nonce,
                                                              .access_token = token.letters}));
    headers.push_back(authorization(kDpop, token.letters));
    headers.push_back({oauth::kDpopHeader, HeaderLetters(proof)});
    return headers;
  }
  if (token.type != kBearer) return token_is_bound();
  headers.push_back(authorization(kBearer, token.letters));
  return headers;
}

}  // namespace strongroom::vault
