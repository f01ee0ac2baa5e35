#include "oauth/pkce.h"

#include <set>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "crypto/testing/replay_random.h"

namespace strongroom::oauth {
namespace {

// RFC 7636 appendix B: the random octets, the verifier and the challenge of one exchange.
constexpr unsigned char kOctets[] = {116, 24,  223, 180, 151, 153, 224, 37,  79,  250, 96,
                                     125, 216, 173, 187, 186, 22,  212, 37,  77,  105, 214,
                                     191, 240, 91,  88,  5,   88,  83,  132, 141, 121};
constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr char kChallenge[] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

TEST(CodeVerifier, AgreesWithTheExampleInRfc7636AppendixB) {
  //
  crypto::ReplayRandom random(kOctets);
  const CodeVerifier verifier = CodeVerifier::generate(random);
  EXPECT_EQ(verifier.text().reveal(), kVerifier);
  EXPECT_EQ(verifier.s256_challenge(), kChallenge);
  EXPECT_EQ(CodeVerifier::kMethod, "S256");
}

TEST(CodeVerifier, IsAnotherOneEachTime) {
  //
  crypto::CountingRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const CodeVerifier verifier = CodeVerifier::generate(random);
    EXPECT_EQ(verifier.text().reveal().size(), CodeVerifier::kMinLength);
    seen.emplace(verifier.text().reveal());
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(CodeVerifier, ParsesEveryLengthThatTheRfcAllowsAndNoOther) {
  //
  for (std::size_t length = 0; length <= 130; ++length) {
    const auto parsed = CodeVerifier::parse(CodeVerifierText(std::string(length, 'a')));
    EXPECT_EQ(parsed.has_value(), 43 <= length && length <= 128) << length;
  }
}

TEST(CodeVerifier, HasUnreservedCharactersOnly) {
  //
  for (const char bad : {'+', '/', '=', ' ', '%', '\0', '\n', '\x80'}) {
    std::string text(43, 'a');
    text[20] = bad;
    const auto parsed = CodeVerifier::parse(CodeVerifierText(text));
    ASSERT_FALSE(parsed.has_value()) << int{bad};
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
  }
}

TEST(CodeVerifier, ThatWasKeptGivesTheSameChallenge) {
  //
  const auto parsed = CodeVerifier::parse(CodeVerifierText(kVerifier));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->s256_challenge(), kChallenge);
}

}  // namespace
}  // namespace strongroom::oauth
