// verify_jws: whatever calls itself a signed token, judged with the keys of RFC 7515 and RFC 8037.
//
// Nobody who fuzzes has the private keys in hand, so what verifies is one of the RFCs' examples,
// which are in the corpus.
#include <array>

#include "crypto/jws_verify.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using crypto::SignatureAlgorithm;

constexpr std::array kAllowed = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                 SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa,
                                 SignatureAlgorithm::kHs256};

constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},)"
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

}  // namespace

void one_input(std::string_view input) {
  static const crypto::JwkSet keys = *crypto::JwkSet::parse(kKeys);
  const auto verified = crypto::verify_jws(input, keys, kAllowed);
  if (!verified) return;
  require(verified->algorithm == SignatureAlgorithm::kEs256 ||
              verified->algorithm == SignatureAlgorithm::kEdDsa,
          "an algorithm is one of the keys'");
  require(verified->payload == "Example of Ed25519 signing" ||
              verified->payload.starts_with("{\"iss\":\"joe\","),
          "what verifies was signed");
}

}  // namespace strongroom::fuzz
