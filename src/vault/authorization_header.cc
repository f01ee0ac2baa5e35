#include "vault/authorization_header.h"

#include <utility>

#include "vault/lookup_errors.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kBearer = "Bearer";  // RFC 6750

RequestHeader bearer_header(std::string_view token) {
  std::string text;
  text.reserve(kBearer.size() + 1 + token.size());
  text.append(kBearer).append(1, ' ').append(token);
  RequestHeader header{"Authorization", HeaderLetters(text)};
  wipe(text);
  return header;
}

}  // namespace

bool can_be_proven(const TokenEntry& token) { return !token.is_bound; }

Result<std::vector<RequestHeader>> authorization_headers(const OpenedToken& token,
                                                         const RequestToAuthorize& /*request*/) {
  std::vector<RequestHeader> headers;
  if (token.type != kBearer) return token_is_bound();
  headers.push_back(bearer_header(token.letters));
  return headers;
}

}  // namespace strongroom::vault
