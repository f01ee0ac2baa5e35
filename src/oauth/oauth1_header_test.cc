#include "oauth/oauth1_header.h"

#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::oauth {
namespace {

using catalogue::SignatureMethod;

constexpr WallTime kNow{Milliseconds{1'700'000'000'900}};
constexpr std::string_view kHard =
    "https://api.example.com:443/a%2Fb/%C3%A9?z=&a=%2B+%20&a=&%F0%9F%90%88=~*%27()!&a%3Db=%26";

// The client of the vectors below, which python3-oauthlib 3.2.2 made: its Client with
// client_key="key", client_secret="c&s %é", resource_owner_key="token",
// resource_owner_secret="t/s+~", nonce and timestamp as in stamp(), and sign(address, method).
class Oauth1HeaderTest : public testing::Test {
 protected:
  Oauth1Stamp stamp() const {
    return {.nonce = "0123456789abcdef01234567", .timestamp = 1'700'000'000};
  }
  Oauth1Signer signer(SignatureMethod method) const {
    return {.consumer_key = "key",
            .method = method,
            .consumer_secret = &secret_,
            .credentials = &credentials_};
  }
  std::string line(const Oauth1Signer& signer, const Oauth1Request& request) const {
    const auto header = oauth1_authorization(signer, request, stamp());
    return header ? std::string(header->reveal()) : header.error().detail;
  }
  std::string field(const Oauth1Signer& signer, const Oauth1Request& request) const {
    const auto header = oauth1_authorization(signer, request, stamp());
    if (header) return "none";
    return std::get<FieldPointer>(*header.error().find("field")).text;
  }

  ConsumerSecret secret_{"c&s %\xc3\xa9"};
  Oauth1Credentials credentials_{Oauth1Token("token"), Oauth1TokenSecret("t/s+~")};
};

constexpr std::string_view kCommon =
    "oauth_consumer_key=\"key\", oauth_token=\"token\", oauth_signature_method=\"";

std::string expected(std::string_view method, std::string_view signature) {
  return "Authorization: OAuth " + std::string(kCommon) + std::string(method) +
         "\", oauth_timestamp=\"1700000000\", oauth_nonce=\"0123456789abcdef01234567\", "
         "oauth_version=\"1.0\", oauth_signature=\"" +
         std::string(signature) + "\"";
}

TEST_F(Oauth1HeaderTest, SignsAsOauthlibDoes) {
  //
  EXPECT_EQ(line(signer(SignatureMethod::kHmacSha1), {.method = "GET", .address = kHard}),
            expected("HMAC-SHA1", "rUynnaRPiL2AuN2wc%2BAiMtqzg9I%3D"));
  EXPECT_EQ(line(signer(SignatureMethod::kHmacSha1),
                 {.method = "POST", .address = kHard, .form = "a=1&a=0&b+c=%7E&d"}),
            expected("HMAC-SHA1", "mw%2Br418eU4QjGDf5DYjsV7RVKnc%3D"));
  EXPECT_EQ(line(signer(SignatureMethod::kPlaintext), {.method = "DELETE", .address = kHard}),
            expected("PLAINTEXT", "c%2526s%2520%2525%25C3%25A9%26t%252Fs%252B~"));
  const auto key = crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  Oauth1Signer by_key = signer(SignatureMethod::kRsaSha1);
  by_key.consumer_secret = nullptr;
  by_key.private_key = &*key;
  EXPECT_EQ(
      line(by_key, {.method = "GET", .address = kHard}),
      expected("RSA-SHA1",
               "JQxsmgTWYrtMpax3zo5Uv26JibMXXx3%2FOrtVWU1Z5Dru8XfDEjd%2Bm1F%2BoBYniWBpAFYAKV9wbEjs"
               "2W29r9bz%2F74mJMaXTGVnPVJcs1bsK4tXLrYLUgPAE5%2BN5ovd7DPYMSfZQSlCF4buXO87wKMXa6qVdoX"
               "6ckEb1qEGTWlkW%2FuE13Kh4jBIVg4jdpSiw7e7E4DLA3KaHF6hBOI%2BBm1wmiY3Xy1fJW3gRpjhzp7KGx"
               "w1bb8lVks9MQoFbkMIxPXrufGaDedGs6%2FQXdQiQYS16nh1W3XXnY7yGqVezRQFa6Y77GslJ4xcO9HvoND"
               "EC6Eq5c%2FzDLHwErTujsxrZN5RSg%3D%3D"));
}

TEST_F(Oauth1HeaderTest, SaysARealmWithoutSigningIt) {
  // NetSuite's account as the realm, HMAC-SHA256; the vector is oauthlib's, too.
  Oauth1Signer with_realm = signer(SignatureMethod::kHmacSha256);
  with_realm.realm = "1234567_SB1";
  const Oauth1Request request{.method = "PUT",
                              .address =
                                  "https://1234567-sb1.suitetalk.api.netsuite.com/services/"
                                  "rest/record/v1/customer?limit=5"};
  const std::string said = line(with_realm, request);
  EXPECT_TRUE(said.starts_with("Authorization: OAuth realm=\"1234567_SB1\", oauth_consumer_key="))
      << said;
  EXPECT_TRUE(said.ends_with("oauth_signature=\"6rrBRBdJXUSudPA8O3fI7rjck5TWTv4OmlbFVpoDj8o%3D\""))
      << said;
  const std::string without = line(signer(SignatureMethod::kHmacSha256), request);
  EXPECT_TRUE(
      without.ends_with("oauth_signature=\"6rrBRBdJXUSudPA8O3fI7rjck5TWTv4OmlbFVpoDj8o%3D\""))
      << without;
}

TEST_F(Oauth1HeaderTest, HoldsNoSecret) {
  // only PLAINTEXT shows one.
  for (const SignatureMethod method : {SignatureMethod::kHmacSha1, SignatureMethod::kHmacSha256}) {
    const std::string said = line(signer(method), {.method = "GET", .address = kHard});
    EXPECT_EQ(said.find("t%2Fs"), std::string::npos) << said;
    EXPECT_EQ(said.find("c%26s"), std::string::npos) << said;
  }
}

TEST_F(Oauth1HeaderTest, SaysCallbackAndVerifier) {
  // encoded, so that nothing can end the quoted text.
  Oauth1Signer first = signer(SignatureMethod::kHmacSha1);
  first.credentials = nullptr;
  const std::string initiate = line(first, {.method = "POST",
                                            .address = "https://a.example/initiate",
                                            .callback = "https://v.example/cb?state=a\"b"});
  EXPECT_NE(
      initiate.find("oauth_callback=\"https%3A%2F%2Fv.example%2Fcb%3Fstate%3Da%22b\", oauth_sig"),
      std::string::npos)
      << initiate;
  EXPECT_EQ(initiate.find("oauth_token="), std::string::npos);
  const Oauth1Verifier verifier("a\" b");
  const std::string token =
      line(signer(SignatureMethod::kHmacSha1),
           {.method = "POST", .address = "https://a.example/token", .verifier = &verifier});
  EXPECT_NE(token.find("oauth_verifier=\"a%22%20b\", oauth_sig"), std::string::npos) << token;
}

TEST_F(Oauth1HeaderTest, PlaintextNeedsTls) {
  //
  EXPECT_EQ(
      field(signer(SignatureMethod::kPlaintext), {.method = "GET", .address = "http://a.example/"}),
      "/url");
  EXPECT_EQ(field(signer(SignatureMethod::kPlaintext),
                  {.method = "GET", .address = "https://a.example/"}),
            "none");
  EXPECT_EQ(
      field(signer(SignatureMethod::kHmacSha1), {.method = "GET", .address = "http://a.example/"}),
      "none");
}

TEST_F(Oauth1HeaderTest, RefusesParametersThatTheHeaderHas) {
  // said twice, each side could take another one.
  const Oauth1Signer by_hmac = signer(SignatureMethod::kHmacSha1);
  EXPECT_EQ(field(by_hmac, {.method = "GET", .address = "https://a.example/?oauth_token=x"}),
            "/url");
  EXPECT_EQ(field(by_hmac, {.method = "GET", .address = "https://a.example/?%6fauth_nonce=x"}),
            "/url");
  EXPECT_EQ(field(by_hmac,
                  {.method = "POST", .address = "https://a.example/", .form = "oauth_signature=x"}),
            "/form");
  EXPECT_EQ(field(by_hmac, {.method = "POST", .address = "https://a.example/", .form = "a=%"}),
            "/form");
}

TEST_F(Oauth1HeaderTest, RefusesWhatCouldEndAQuotedText) {
  //
  Oauth1Signer bad = signer(SignatureMethod::kHmacSha1);
  const Oauth1Request request{.method = "GET", .address = "https://a.example/"};
  for (const char* const realm : {"a\"b", "a\\b", "a\r\nb", "\xc3\xa9"}) {
    bad.realm = realm;
    EXPECT_EQ(field(bad, request), "/realm") << realm;
  }
  bad.realm = "";
  const std::string too_long(2049, 'a');
  for (const std::string_view key : {std::string_view(""), std::string_view("a\nb"),
                                     std::string_view("\xc3\xa9"), std::string_view(too_long)}) {
    bad.consumer_key = key;
    EXPECT_EQ(field(bad, request), "/consumer_key");
  }
}

TEST_F(Oauth1HeaderTest, EveryStampIsAnother) {
  //
  crypto::CountingRandom random;
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) {
    const auto stamp = new_stamp(random, kNow);
    ASSERT_TRUE(stamp.has_value());
    EXPECT_EQ(stamp->timestamp, 1'700'000'000);
    EXPECT_EQ(stamp->nonce.size(), 24U);
    EXPECT_EQ(stamp->nonce.find_first_not_of("0123456789abcdef"), std::string::npos);
    nonces.insert(stamp->nonce);
  }
  EXPECT_EQ(nonces.size(), 100U);
}

TEST_F(Oauth1HeaderTest, StampsByTheProvidersClock) {
  // a timestamp is a positive number.
  crypto::CountingRandom random;
  EXPECT_EQ(new_stamp(random, kNow, Seconds{-3600})->timestamp, 1'699'996'400);
  EXPECT_EQ(new_stamp(random, kNow, Seconds{60})->timestamp, 1'700'000'060);
  EXPECT_FALSE(new_stamp(random, WallTime{}, Seconds{0}).has_value());
  EXPECT_FALSE(new_stamp(random, kNow, Seconds{-1'700'000'000}).has_value());
}

}  // namespace
}  // namespace strongroom::oauth
