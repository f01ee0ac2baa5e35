#include "oauth/dpop_proof.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

#include "base/json.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "oauth/seen_exchange.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kIdBytes = 16;

// RFC 9449 section 4.2. What public_jwk() writes has no room for a private member.
std::string header_of(const crypto::PrivateKey& key) {
  return R"({"typ":"dpop+jwt","alg":"ES256","jwk":)" + crypto::public_jwk(key) + "}";
}

void add_text(std::string& claims, std::string_view name, std::string_view value) {
  claims += claims.empty() ? '{' : ',';
  append_json_string(claims, name);
  claims += ':';
  append_json_string(claims, value);
}

}  // namespace

DpopProver::DpopProver(crypto::PrivateKey key, crypto::Random& random, const Clock& clock)
    : key_(std::move(key)),
      random_(random),
      clock_(clock),
      header_(header_of(key_)),
      thumbprint_(crypto::jwk_thumbprint(key_)) {}

Result<std::string> DpopProver::prove(const ProvedRequest& request, Seconds ahead) const {
  std::array<std::byte, kIdBytes> id{};
  random_.fill(id);
  const auto now = std::chrono::floor<Seconds>(clock_.now().time_since_epoch()) + ahead;
  std::string claims;
  add_text(claims, "jti", crypto::base64url(id));
  add_text(claims, "htm", request.method);
  add_text(claims, "htu", without_query(request.url));
  claims += ",\"iat\":";
  claims += std::to_string(now.count());
  if (!request.nonce.empty()) add_text(claims, "nonce", request.nonce);
  if (!request.access_token.empty()) {
    add_text(claims, "ath", access_token_hash(request.access_token));
  }
  claims += '}';
  return crypto::compact_jws(key_, crypto::SignatureAlgorithm::kEs256, header_, claims);
}

std::string access_token_hash(std::string_view access_token) {
  return crypto::base64url(crypto::sha256(access_token));
}

}  // namespace strongroom::oauth
