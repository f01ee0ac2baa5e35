// JwkSet: whatever an issuer says that its keys are.
#include "crypto/jwk_set.h"

#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

using crypto::SignatureAlgorithm;

void one_input(std::string_view input) {
  const auto set = crypto::JwkSet::parse(input);
  if (!set) return;
  require(set->keys().size() <= crypto::JwkSet::kMaxKeys, "a set has few keys");
  for (const crypto::PublicKey& key : set->keys()) {
    require(!key.is_for(SignatureAlgorithm::kHs256), "no key is a shared secret");
    require(key.kid().size() <= crypto::JwkSet::kMaxKidBytes, "an id has a length");
    for (const auto algorithm : {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                 SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa}) {
      const auto chosen = set->choose(key.kid(), algorithm);
      require(!chosen || chosen->is_for(algorithm), "the key that is chosen fits the algorithm");
      require(!chosen || key.kid().empty() || chosen->kid() == key.kid(),
              "and it is the one named");
      if (!key.is_for(algorithm)) continue;
      require(!key.verify(algorithm, "text", ""), "nothing is no signature");
      // A key of small order, which Ed25519 itself lets pass, is an issuer's own mistake.
      require(algorithm == SignatureAlgorithm::kEdDsa ||
                  !key.verify(algorithm, "text", std::string(64, '\0')),
              "zeroes are no signature");
    }
  }
}

}  // namespace strongroom::fuzz
