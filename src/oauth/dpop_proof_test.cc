#include "oauth/dpop_proof.h"

#include <array>
#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/jwk_set.h"
#include "crypto/jws_verify.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using crypto::SignatureAlgorithm;

// RFC 9449 sections 4.1, 6.1 and 7.1.
constexpr std::string_view kRfcTokenProof =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh"
    "0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8"
    "v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
constexpr std::string_view kRfcThumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
constexpr std::string_view kRfcAccessToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
constexpr std::string_view kRfcHash = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

json::object part(std::string_view jwt, int index) {
  for (int i = 0; i < index; ++i) jwt.remove_prefix(jwt.find('.') + 1);
  return json::parse(*crypto::base64url_decode(jwt.substr(0, jwt.find('.')))).as_object();
}

std::set<std::string> names_of(const json::object& object) {
  std::set<std::string> names;
  for (const auto& member : object) names.emplace(member.key());
  return names;
}

// What a server does: the key in the header must have signed it.
bool is_signed_by_its_own_key(std::string_view proof) {
  const std::string key = json::serialize(part(proof, 0).at("jwk"));
  const auto keys = crypto::JwkSet::parse("{\"keys\":[" + key + "]}");
  constexpr std::array kAllowed{SignatureAlgorithm::kEs256};
  const auto verified = crypto::verify_jws(proof, *keys, kAllowed);
  return verified && verified->type == "dpop+jwt";
}

// RFC 7638 section 3.2, of the key in a proof's header.
std::string thumbprint_in(std::string_view proof) {
  const json::object key = part(proof, 0).at("jwk").as_object();
  const auto text = [&](std::string_view name) { return std::string(key.at(name).as_string()); };
  return crypto::base64url(crypto::sha256("{\"crv\":\"" + text("crv") + "\",\"kty\":\"" +
                                          text("kty") + "\",\"x\":\"" + text("x") + "\",\"y\":\"" +
                                          text("y") + "\"}"));
}

class DpopProofTest : public testing::Test {
 protected:
  std::string prove(const ProvedRequest& request, Seconds ahead = Seconds{0}) {
    return *prover_.prove(request, ahead);
  }

  FakeClock clock_;
  crypto::CountingRandom random_;
  DpopProver prover_{*crypto::private_key_from_jwk(crypto::kRfc7515P256Key), random_, clock_};
};

TEST_F(DpopProofTest, IsMadeAsThePublishedOneIs) {
  //
  ASSERT_TRUE(is_signed_by_its_own_key(kRfcTokenProof));
  EXPECT_EQ(thumbprint_in(kRfcTokenProof), kRfcThumbprint);

  const std::string ours = prove({.method = "POST", .url = "https://server.example.com/token?a=b"});
  EXPECT_TRUE(is_signed_by_its_own_key(ours));
  EXPECT_EQ(names_of(part(ours, 0)), names_of(part(kRfcTokenProof, 0)));
  EXPECT_EQ(names_of(part(ours, 1)), names_of(part(kRfcTokenProof, 1)));
  for (const char* name : {"typ", "alg"}) {
    EXPECT_EQ(part(ours, 0).at(name), part(kRfcTokenProof, 0).at(name));
  }
  for (const char* name : {"htm", "htu"}) {
    EXPECT_EQ(part(ours, 1).at(name), part(kRfcTokenProof, 1).at(name));
  }
  EXPECT_EQ(prover_.thumbprint(), thumbprint_in(ours));
}

TEST_F(DpopProofTest, HasThePublicKeyAloneAndTheAddressWithoutQuery) {
  //
  const std::string proof =
      prove({.method = "GET", .url = "https://api.example/v1/a%20b?secret=1#place"});
  EXPECT_EQ(names_of(part(proof, 0).at("jwk").as_object()),
            (std::set<std::string>{"kty", "crv", "x", "y"}));
  EXPECT_EQ(part(proof, 1).at("htm"), "GET");
  EXPECT_EQ(part(proof, 1).at("htu"), "https://api.example/v1/a%20b");
  EXPECT_FALSE(part(proof, 1).contains("ath"));
  EXPECT_FALSE(part(proof, 1).contains("nonce"));
}

TEST_F(DpopProofTest, IsBoundToTheTokenThatItGoesWith) {
  //
  EXPECT_EQ(access_token_hash(kRfcAccessToken), kRfcHash);
  const std::string proof = prove({.method = "GET",
                                   .url = "https://resource.example.org/protectedresource",
                                   .nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v",
                                   .access_token = kRfcAccessToken});
  EXPECT_EQ(part(proof, 1).at("ath").as_string(), kRfcHash);
  EXPECT_EQ(part(proof, 1).at("nonce"), "eyJ7S_zG.eyJH0-Z.HX4w-7v");
}

TEST_F(DpopProofTest, IsNewEachTimeByTheClockOfWhoReadsIt) {
  //
  const ProvedRequest request{.method = "POST", .url = "https://as.example/token"};
  const json::object first = part(prove(request), 1);
  const json::object second = part(prove(request), 1);
  EXPECT_NE(first.at("jti"), second.at("jti"));
  EXPECT_EQ(first.at("iat"), second.at("iat"));
  clock_.advance(Seconds(90));
  const std::int64_t later = part(prove(request), 1).at("iat").as_int64();
  EXPECT_EQ(later, first.at("iat").as_int64() + 90);
  EXPECT_EQ(part(prove(request, Seconds(-400)), 1).at("iat").as_int64(), later - 400);
}

TEST_F(DpopProofTest, NamesNothingThatCouldEndItsText) {
  const json::object claims =
      part(prove({.method = "GET\",\"x\":\"", .url = "https://a.example/\"", .nonce = "\\\""}), 1);
  EXPECT_EQ(names_of(claims), (std::set<std::string>{"jti", "htm", "htu", "iat", "nonce"}));
  EXPECT_EQ(claims.at("nonce"), "\\\"");
}

}  // namespace
}  // namespace strongroom::oauth
