// validate_id_token: claims that an issuer signed, whatever they say.
//
// An input is the claims; they are signed here with a key of RFC 8037, so that what is fuzzed lies
// behind the signature. The first byte chooses what is expected of them.
#include "oauth/id_token.h"

#include <algorithm>
#include <string>

#include "crypto/jwk.h"
#include "crypto/private_key.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using crypto::PrivateKey;

const PrivateKey& key() {
  static const PrivateKey key = *PrivateKey::generate(crypto::NewKey::kEd25519);
  return key;
}

}  // namespace

void one_input(std::string_view bytes) {
  static const crypto::JwkSet keys =
      *crypto::JwkSet::parse(R"({"keys":[)" + crypto::public_jwk(key()) + "]}");
  static const oauth::Nonce nonce("nonce");
  Input input(bytes);
  const std::uint8_t choice = input.byte();
  oauth::IdTokenExpectation expected{.issuer = "https://as.example",
                                     .client_id = "client",
                                     .now = WallTime(Seconds(1'764'000'000))};
  if ((choice & 1U) != 0) expected.nonce = &nonce;
  if ((choice & 2U) != 0) {
    expected.issuer = "https://login.microsoftonline.com/{tenantid}/v2.0";
    expected.tenant_claim = "tid";
    expected.tenant = (choice & 4U) != 0 ? "organizations" : "common";
  }
  const auto jws = crypto::compact_jws(key(), crypto::SignatureAlgorithm::kEdDsa,
                                       R"({"alg":"EdDSA"})", input.rest());
  const auto token = oauth::validate_id_token(*jws, keys, expected);
  if (!token) return;
  const oauth::Account& account = token->account;
  require(!account.subject.empty() && account.subject.size() <= oauth::kMaxSubject,
          "a subject has a length");
  require(account.tenant.empty() == expected.tenant_claim.empty(), "a tenant is where one must be");
  require(account.tenant.empty()
              ? account.issuer == expected.issuer
              : account.issuer == "https://login.microsoftonline.com/" + account.tenant + "/v2.0",
          "an issuer is the one that was asked");
  require(std::ranges::none_of(token->shown_name, is_control), "a name can be shown");
  std::string forged = *jws;
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  require(!oauth::validate_id_token(forged, keys, expected), "a signature counts");
}

}  // namespace strongroom::fuzz
