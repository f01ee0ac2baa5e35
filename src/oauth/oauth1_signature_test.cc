#include "oauth/oauth1_signature.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::oauth {
namespace {

using catalogue::SignatureMethod;

// The parameters of an Authorization header, as RFC 5849 prints its examples.
Oauth1Parameters protocol(std::string_view key, std::string_view token, std::string_view timestamp,
                          std::string_view nonce) {
  Oauth1Parameters parameters = {{"oauth_consumer_key", std::string(key)},
                                 {"oauth_signature_method", "HMAC-SHA1"},
                                 {"oauth_timestamp", std::string(timestamp)},
                                 {"oauth_nonce", std::string(nonce)}};
  if (!token.empty()) parameters.push_back({"oauth_token", std::string(token)});
  return parameters;
}

std::string hmac_sha1(std::string_view consumer_secret, std::string_view token_secret,
                      const Result<std::string>& base_string) {
  const ConsumerSecret consumer(consumer_secret);
  const Oauth1TokenSecret token(token_secret);
  const auto signature =
      oauth1_signature({.consumer_secret = &consumer, .token_secret = &token}, base_string.value());
  return std::string(signature->reveal());
}

std::string field_of(const Error& error) {
  return std::get<FieldPointer>(*error.find("field")).text;
}

TEST(Oauth1SignatureTest, EncodesEveryByteThatIsNotUnreserved) {
  //
  EXPECT_EQ(oauth1_encode("abcXYZ019-._~"), "abcXYZ019-._~");
  EXPECT_EQ(oauth1_encode("a b+c"), "a%20b%2Bc");
  EXPECT_EQ(oauth1_encode("!*'()/=&%"), "%21%2A%27%28%29%2F%3D%26%25");
  EXPECT_EQ(oauth1_encode("\xe2\x98\x83"), "%E2%98%83");
  EXPECT_EQ(oauth1_encode(std::string_view("\0\x7f", 2)), "%00%7F");
  EXPECT_EQ(oauth1_encode(""), "");
}

TEST(Oauth1SignatureTest, BuildsTheBaseStringOfTheStandard) {
  // RFC 5849 section 3.4.1.1, with c2 and a3 in the body.
  auto parameters = read_signed_parameters("c2&a3=2+q").value();
  for (const Oauth1Parameter& said :
       protocol("9djdj82h48djs9d2", "kkk9d7dh3k39sjv7", "137131201", "7d8f3e4a")) {
    parameters.push_back(said);
  }
  parameters.push_back({"oauth_signature", "bYT5CMsGcbgUdFHObYMEfcx6bsw="});
  const auto text = signature_base_string(
      "POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", parameters);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text,
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D"
            "%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonc"
            "e%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oau"
            "th_token%3Dkkk9d7dh3k39sjv7");
  // Section 3.1 prints another signature, which does not follow from its own text (erratum).
  EXPECT_EQ(hmac_sha1("j49sk3j29djd", "dh893hdasih9", text), "r6/TJjbCOr97/+UU0NsvSne7s5g=");
}

TEST(Oauth1SignatureTest, NormalizesAddresses) {
  // RFC 5849 section 3.4.1.2.
  EXPECT_EQ(signature_base_string("GET", "http://EXAMPLE.COM:80/r%20v/X?id=123", {}).value(),
            "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&id%3D123");
  EXPECT_EQ(signature_base_string("GET", "https://www.example.net:8080/?q=1", {}).value(),
            "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1");
  EXPECT_EQ(signature_base_string("GET", "HTTPS://a.example:443", {}).value(),
            "GET&https%3A%2F%2Fa.example%2F&");
  EXPECT_EQ(signature_base_string("GET", "https://[2001:DB8::1]:80/", {}).value(),
            "GET&https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%3A80%2F&");
}

TEST(Oauth1SignatureTest, SortsByEncodedNameAndThenByEncodedValue) {
  // '=' stands behind '-' and '.', so "a=1" as a whole would come after "a-=0".
  EXPECT_EQ(
      signature_base_string("GET", "https://a.example/?a.=0&a=2&a-=1&a=10&=x&a=&A=z", {}).value(),
      "GET&https%3A%2F%2Fa.example%2F&%3Dx%26A%3Dz%26a%3D%26a%3D10%26a%3D2%26a-%3D1%26a.%3D0");
  // A byte above ASCII is encoded before it is compared: '%' comes before every letter.
  EXPECT_EQ(signature_base_string("GET", "https://a.example/?z=a&z=%C3%A9&z=%20", {}).value(),
            "GET&https%3A%2F%2Fa.example%2F&z%3D%2520%26z%3D%25C3%25A9%26z%3Da");
}

TEST(Oauth1SignatureTest, SignsARealmThatIsNoHeaderParameter) {
  // only the header's own realm is left out, and that is never among the parameters.
  EXPECT_EQ(signature_base_string("GET", "https://a.example/?realm=x", {}).value(),
            "GET&https%3A%2F%2Fa.example%2F&realm%3Dx");
}

TEST(Oauth1SignatureTest, SignsTheExampleOfTheStandardsIntroduction) {
  // RFC 5849 section 1.2, its three requests.
  constexpr std::string_view kKey = "dpf43f3p2l4k3l03";
  constexpr std::string_view kSecret = "kd94hf93k423kf44";
  Oauth1Parameters initiate = protocol(kKey, "", "137131200", "wIjqoS");
  initiate.push_back({"oauth_callback", "http://printer.example.com/ready"});
  EXPECT_EQ(
      hmac_sha1(kSecret, "",
                signature_base_string("POST", "https://photos.example.net/initiate", initiate)),
      "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
  Oauth1Parameters token = protocol(kKey, "hh5s93j4hdidpola", "137131201", "walatlh");
  token.push_back({"oauth_verifier", "hfdp7dh39dks9884"});
  EXPECT_EQ(hmac_sha1(kSecret, "hdhd0244k9j7ao03",
                      signature_base_string("POST", "https://photos.example.net/token", token)),
            "gKgrFCywp7rO0OXSjdot/IHF7IU=");
  EXPECT_EQ(hmac_sha1(kSecret, "pfkkdhi9sl3r4s00",
                      signature_base_string(
                          "GET", "http://photos.example.net/photos?file=vacation.jpg&size=original",
                          protocol(kKey, "nnch734d00sl2jdk", "137131202", "chapoH"))),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
}

TEST(Oauth1SignatureTest, SignsTheExampleOfTwitter) {
  // "Creating a signature" of Twitter's documentation, whose body has "+" and "!" in it.
  Oauth1Parameters parameters =
      protocol("xvz1evFS4wEEPTGEFPHBog", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
               "1318622958", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg");
  parameters.push_back({"oauth_version", "1.0"});
  const auto sent = read_signed_parameters(
      "status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21");
  parameters.insert(parameters.end(), sent->begin(), sent->end());
  EXPECT_EQ(hmac_sha1("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                      "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
                      signature_base_string(
                          "POST",
                          "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
                          parameters)),
            "hCtSmYh+iHYCEqBWrE7C7hYmtUk=");
}

TEST(Oauth1SignatureTest, KeepsTheAmpersandOfAKeyWithoutSecrets) {
  // HMAC-SHA1 with the key "cs&" is not HMAC-SHA1 with the key "cs".
  const ConsumerSecret secret("cs");
  const Oauth1TokenSecret empty("");
  const auto none = oauth1_signature({.consumer_secret = &secret}, "text");
  const auto with = oauth1_signature({.consumer_secret = &secret, .token_secret = &empty}, "text");
  EXPECT_EQ(none->reveal(), with->reveal());
  // printf text | openssl dgst -sha1 -hmac 'cs&' -binary | base64
  EXPECT_EQ(none->reveal(), "EbSqnHiV3PEdSPOGLZf2umGe/PQ=");
}

TEST(Oauth1SignatureTest, RsaNeedsAKeyAndNothingElse) {
  //
  const auto key = crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  const auto elliptic = crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  const ConsumerSecret secret("cs");
  const Oauth1TokenSecret token("ts");
  const Oauth1Key good{.method = SignatureMethod::kRsaSha1, .private_key = &*key};
  const auto signature = oauth1_signature(good, "text");
  ASSERT_TRUE(signature.has_value());
  EXPECT_EQ(base64_decode(signature->reveal()).value().size(), 256U);
  // The token secret is not used.
  Oauth1Key with_token = good;
  with_token.token_secret = &token;
  EXPECT_EQ(oauth1_signature(with_token, "text")->reveal(), signature->reveal());

  Oauth1Key with_secret = good;
  with_secret.consumer_secret = &secret;
  EXPECT_EQ(field_of(oauth1_signature(with_secret, "text").error()), "/private_key");
  EXPECT_EQ(field_of(oauth1_signature({.method = SignatureMethod::kRsaSha1}, "text").error()),
            "/private_key");
  EXPECT_EQ(field_of(oauth1_signature(
                         {.method = SignatureMethod::kRsaSha1, .private_key = &*elliptic}, "text")
                         .error()),
            "/private_key");
  EXPECT_EQ(field_of(oauth1_signature({.private_key = &*key}, "text").error()),
            "/consumer_secrets");
}

TEST(Oauth1SignatureTest, OtherMethodsNeedASecret) {
  //
  const ConsumerSecret empty("");
  EXPECT_EQ(field_of(oauth1_signature({}, "text").error()), "/consumer_secrets");
  EXPECT_EQ(field_of(oauth1_signature({.consumer_secret = &empty}, "text").error()),
            "/consumer_secrets");
}

TEST(Oauth1SignatureTest, PlaintextIsTheTwoSecrets) {
  //
  const ConsumerSecret consumer("djr9rjt0jd78jf88");
  const Oauth1TokenSecret token("jjd99$tj88uiths3");
  const auto both = oauth1_signature(
      {.method = SignatureMethod::kPlaintext, .consumer_secret = &consumer, .token_secret = &token},
      "not looked at");
  EXPECT_EQ(both->reveal(), "djr9rjt0jd78jf88&jjd99%24tj88uiths3");
  const auto one = oauth1_signature(
      {.method = SignatureMethod::kPlaintext, .consumer_secret = &consumer}, "not looked at");
  EXPECT_EQ(one->reveal(), "djr9rjt0jd78jf88&");
  EXPECT_TRUE(shows_secrets(SignatureMethod::kPlaintext));
  EXPECT_FALSE(shows_secrets(SignatureMethod::kHmacSha1));
  EXPECT_FALSE(shows_secrets(SignatureMethod::kHmacSha256));
  EXPECT_FALSE(shows_secrets(SignatureMethod::kRsaSha1));
}

TEST(Oauth1SignatureTest, RefusesWhatCannotBeSigned) {
  //
  for (const char* const method : {"", "get", "GET ", "G\nT", "GET&"}) {
    const auto text = signature_base_string(method, "https://a.example/", {});
    ASSERT_FALSE(text.has_value()) << method;
    EXPECT_EQ(field_of(text.error()), "/method");
  }
  for (const char* const address :
       {"", "/path", "ftp://a.example/", "https://a.example/#x", "https://u@a.example/",
        "https://a.example/ x", "https://a.example/?x=%", "https://a.example/?x=%zz"}) {
    const auto text = signature_base_string("GET", address, {});
    ASSERT_FALSE(text.has_value()) << address;
    EXPECT_EQ(field_of(text.error()), "/url");
  }
  EXPECT_FALSE(read_signed_parameters("a=%").has_value());
  EXPECT_FALSE(read_signed_parameters("%4=a").has_value());
  EXPECT_FALSE(read_signed_parameters(std::string(kMaxSignedForm + 1, 'a')).has_value());
  EXPECT_TRUE(read_signed_parameters(std::string(kMaxSignedForm, 'a')).has_value());
}

TEST(Oauth1SignatureTest, SignsSoManyParametersAndNoMore) {
  //
  std::string form;
  for (std::size_t i = 0; i < kMaxSignedParameters; ++i) form.append("a=1&");
  const auto most = read_signed_parameters(form);
  ASSERT_TRUE(most.has_value());
  EXPECT_EQ(most->size(), kMaxSignedParameters);
  EXPECT_TRUE(signature_base_string("GET", "https://a.example/", *most).has_value());
  EXPECT_FALSE(signature_base_string("GET", "https://a.example/?b=1", *most).has_value());
  form.append("a=1");
  EXPECT_FALSE(read_signed_parameters(form).has_value());
}

TEST(Oauth1SignatureTest, ReadsFormsAsBrowsersWriteThem) {
  // '+' is a space, "%2B" is not; empty fields are none, empty names are.
  const auto read = read_signed_parameters("a+b=1+2%2B3&&c&=d&e=f=g&a+b=");
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 5U);
  EXPECT_EQ((*read)[0].name, "a b");
  EXPECT_EQ((*read)[0].value, "1 2+3");
  EXPECT_EQ((*read)[1].name, "c");
  EXPECT_EQ((*read)[1].value, "");
  EXPECT_EQ((*read)[2].name, "");
  EXPECT_EQ((*read)[2].value, "d");
  EXPECT_EQ((*read)[3].value, "f=g");
  EXPECT_EQ((*read)[4].name, "a b");
  EXPECT_TRUE(read_signed_parameters("")->empty());
}

}  // namespace
}  // namespace strongroom::oauth
