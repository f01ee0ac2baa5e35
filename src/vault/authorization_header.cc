#include "vault/authorization_header.h"

#include <utility>

#include "oauth/dpop_nonces.h"
#include "oauth/dpop_proof.h"
#include "oauth/oauth1_signature.h"
#include "oauth/protected_resource.h"
#include "vault/lookup_errors.h"
#include "vault/signing_material.h"

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

bool can_be_proof_nonce(std::string_view text) {
  static_assert(kMaxProofNonce == oauth::kMaxDpopNonce);
  return oauth::is_dpop_nonce(text);
}

bool can_be_proven(const TokenEntry& token, const TargetSystemEntry& system) {
  if (token.token_type == kSignedTokenType) {
    return system.signing != nullptr && !oauth::shows_secrets(system.signing->method);
  }
  return !token.is_bound || needs_key(token);
}

Status check_request(const TokenEntry& token, const RequestToAuthorize& request) {
  return token.token_type == kSignedTokenType ? check_signable(request) : Status();
}

Status check_goes_to_resource(const TargetSystemEntry& system, const RequestToAuthorize& request) {
  if (system.protected_resource.empty() ||
      oauth::is_of_resource(request.url, system.protected_resource)) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               "The client's token was issued for one resource, and this address is another's."}
      .at("url");
}

bool needs_key(const TokenEntry& token) { return token.token_type == kDpop; }

Result<std::vector<RequestHeader>> authorization_headers(const Context& context,
                                                         const TargetSystemEntry& system,
                                                         const OpenedToken& token,
                                                         const RequestToAuthorize& request) {
  std::vector<RequestHeader> headers;
  if (token.type == kDpop && token.key != nullptr) {
    STRONGROOM_TRY(const std::string proof, token.key->prove({.method = request.method,
                                                              .url = request.url,
                                                              .nonce = request.dpop_nonce,
                                                              .access_token = token.letters}));
    headers.push_back(authorization(kDpop, token.letters));
    headers.push_back({oauth::kDpopHeader, HeaderLetters(proof)});
  } else if (token.type == kBearer) {
    headers.push_back(authorization(kBearer, token.letters));
  } else if (token.type == kSignedTokenType && system.signing != nullptr) {
    STRONGROOM_TRY(auto header, signed_header(context, *system.signing, token.letters, request));
    headers.push_back(std::move(header));
  } else {
    return token_is_bound();
  }
  return headers;
}

}  // namespace strongroom::vault
