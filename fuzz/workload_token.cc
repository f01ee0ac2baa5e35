// read_workload_token and issuer_named_by: whatever comes as a bearer token on a look-up. The set
// has the key of RFC 7515 appendix A.3, whose example is in the corpus.
#include "oauth/workload_token.h"

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";

}  // namespace

void one_input(std::string_view input) {
  static const crypto::JwkSet keys = *crypto::JwkSet::parse(kKeys);
  constexpr WallTime kWhenItLived{Seconds(1'300'819'380 - 60)};
  const auto issuer = oauth::issuer_named_by(input);
  const auto claims = oauth::read_workload_token(input, keys, kWhenItLived);
  require(!claims || issuer.has_value() || !claims->contains("/iss"),
          "what is signed names its issuer to both");
  if (!claims) return;
  require(oauth::has_claim(*claims, "/exp", "1300819380"), "only the example is signed");
  require(*issuer == "joe", "by its issuer");
  // A text that is no pattern fits itself alone; patterns end.
  (void)oauth::claim_fits(input, input);
}

}  // namespace strongroom::fuzz
