#include "oauth/server_metadata.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;

constexpr std::string_view kIssuer = "https://id.example/realms/one";

// A document of kIssuer with `more` members behind the two that it must have.
std::string document(const std::string& more = "", std::string_view issuer = kIssuer) {
  return R"({"issuer":")" + std::string(issuer) +
         R"(","token_endpoint":"https://id.example/token")" + (more.empty() ? "" : "," + more) +
         "}";
}

Result<ServerMetadata> parse(const std::string& text, std::string_view issuer = kIssuer) {
  static const http::AddressPolicy public_internet;
  return parse_server_metadata(text, issuer, &public_internet);
}

std::string why_not(const std::string& text) {
  const auto parsed = parse(text);
  return parsed ? "accepted" : parsed.error().detail;
}

TEST(Issuer, IsAnHttpsAddressWithoutQueryFragmentAndUser) {
  // A-100
  for (const char* good : {"https://id.example", "https://id.example/", "https://id.example:8443/a",
                           "https://id.example/realms/one", "https://[2001:db8::1]/"}) {
    EXPECT_TRUE(check_issuer(good)) << good;
  }
  for (const char* bad :
       {"", "id.example", "http://id.example", "javascript:alert(1)", "https://a@id.example",
        "https://a:b@id.example/", "https://id.example?x=1", "https://id.example?",
        "https://id.example/#", "https://id.example/#a", "https:///a", "https://id.example\n/",
        " https://id.example", "ftp://id.example", "https://0x7f.1/"}) {
    EXPECT_FALSE(check_issuer(bad)) << bad;
  }
}

TEST(MetadataUrls, ArePutBetweenHostAndPathAndThenBehindThePath) {
  // A-101
  using Urls = std::vector<std::string>;
  const Urls plain = {"https://id.example/.well-known/oauth-authorization-server",
                      "https://id.example/.well-known/openid-configuration"};
  EXPECT_EQ(metadata_urls("https://id.example"), plain);
  EXPECT_EQ(metadata_urls("https://id.example/"), plain);
  const Urls below = {"https://id.example:8443/.well-known/oauth-authorization-server/realms/one",
                      "https://id.example:8443/.well-known/openid-configuration/realms/one",
                      "https://id.example:8443/realms/one/.well-known/openid-configuration"};
  EXPECT_EQ(metadata_urls("https://id.example:8443/realms/one"), below);
  EXPECT_EQ(metadata_urls("https://id.example:8443/realms/one/"), below);
}

TEST(ServerMetadata, KeepsWhatSomethingIsDoneWith) {
  // A-108
  const auto parsed = parse(document(
      R"("jwks_uri":"https://keys.example/jwks","scopes_supported":["a"],
      "authorization_endpoint":"https://id.example/auth",
      "introspection_endpoint":"https://id.example/introspect",
      "revocation_endpoint":"https://id.example/revoke",
      "device_authorization_endpoint":"https://id.example/device",
      "pushed_authorization_request_endpoint":"https://id.example/par",
      "token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt"],
      "token_endpoint_auth_signing_alg_values_supported":["PS256"],
      "grant_types_supported":["client_credentials"],
      "code_challenge_methods_supported":["S256"],
      "mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example/token",
                               "revocation_endpoint":"https://mtls.example/revoke"},
      "authorization_response_iss_parameter_supported":true,
      "require_pushed_authorization_requests":true,
      "tls_client_certificate_bound_access_tokens":true)"));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
  EXPECT_EQ(parsed->issuer, kIssuer);
  EXPECT_EQ(parsed->token_endpoint, "https://id.example/token");
  EXPECT_EQ(parsed->mtls_token_endpoint, "https://mtls.example/token");
  EXPECT_EQ(parsed->mtls_revocation_endpoint, "https://mtls.example/revoke");
  EXPECT_EQ(parsed->jwks_uri, "https://keys.example/jwks");
  EXPECT_EQ(parsed->pushed_authorization_request_endpoint, "https://id.example/par");
  EXPECT_EQ(parsed->auth_methods.size(), 2U);
  EXPECT_EQ(parsed->auth_algorithms->front(), "PS256");
  EXPECT_EQ(parsed->grant_types->size(), 1U);
  EXPECT_EQ(parsed->code_challenge_methods.front(), "S256");
  EXPECT_TRUE(parsed->binds_tokens_to_certificates);
  EXPECT_TRUE(parsed->names_issuer_in_answers);
  EXPECT_TRUE(parsed->requires_pushed_authorization_requests);
  EXPECT_EQ(complete({}, *parsed, {}).pushed_authorization_request_endpoint,
            "https://id.example/par");
  EXPECT_TRUE(complete({}, *parsed, {}).requires_pushed_authorization_requests);
  EXPECT_EQ(complete({}, *parsed, {}).authorization_endpoint, "https://id.example/auth");
  // What is stored reads back as the same.
  const auto again = parse_server_metadata(to_json(*parsed), kIssuer, nullptr);
  ASSERT_TRUE(again.has_value()) << to_json(*parsed);
  EXPECT_EQ(*again, *parsed);
}

TEST(ServerMetadata, SaysWhetherTokensAreBoundToKeys) {
  // A-150
  const auto use_of = [](const std::string& more) {
    const auto parsed = parse(document(more));
    const auto again = parse_server_metadata(to_json(*parsed), kIssuer, nullptr);
    EXPECT_EQ(*again, *parsed);
    return complete({}, *again, {}).dpop.use;
  };
  using catalogue::DpopUse;
  EXPECT_EQ(use_of(R"("dpop_signing_alg_values_supported":["RS256","ES256"])"),
            DpopUse::kSupported);
  EXPECT_EQ(use_of(R"("dpop_signing_alg_values_supported":["RS256"])"), DpopUse::kUnsupported);
  EXPECT_EQ(use_of(R"("dpop_signing_alg_values_supported":[])"), DpopUse::kUnsupported);
  EXPECT_EQ(use_of(R"("scopes_supported":[])"), DpopUse::kUnsupported);
  EXPECT_FALSE(parse(document(R"("dpop_signing_alg_values_supported":"ES256")")).has_value());
}

TEST(ServerMetadata, MeansTheDefaultsOfTheStandardByWhatIsNotThere) {
  // A-108
  const auto parsed = parse(document());
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->auth_methods, std::vector<std::string>{"client_secret_basic"});
  EXPECT_FALSE(parsed->auth_algorithms || parsed->grant_types);
  EXPECT_TRUE(parsed->mtls_token_endpoint.empty());
  EXPECT_FALSE(parsed->binds_tokens_to_certificates || parsed->names_issuer_in_answers);
  EXPECT_EQ(*parse(document(R"("jwks_uri":null)")), *parsed);
  EXPECT_EQ(*parse_server_metadata(to_json(*parsed), kIssuer, nullptr), *parsed);
}

TEST(ServerMetadata, OfAnotherIssuerIsDiscardedWhole) {
  // A-102
  for (const char* other :
       {"https://honest.example", "https://id.example/realms/one/", "https://id.example/realms/ONE",
        "https://ID.example/realms/one", "https://id.example:443/realms/one",
        "https://id.example/realms/%6fne", "https://id.example/realms/../realms/one", ""}) {
    EXPECT_EQ(why_not(document("", other)), "issuer") << other;
  }
  EXPECT_EQ(why_not(R"({"token_endpoint":"https://id.example/token"})"), "issuer");
  EXPECT_EQ(why_not(R"({"issuer":7,"token_endpoint":"https://id.example/token"})"), "issuer");
  EXPECT_EQ(why_not(R"({"issuer":["https://id.example/realms/one"],"token_endpoint":"x"})"),
            "issuer");
}

TEST(ServerMetadata, HasATemplateForAnIssuerAtMicrosoftsHostsAlone) {
  // A-103
  const std::string many = "https://login.microsoftonline.com/{tenantid}/v2.0";
  for (const char* shared : {"https://login.microsoftonline.com/common/v2.0",
                             "https://login.microsoftonline.com/organizations/v2.0"}) {
    const auto parsed = parse(document("", many), shared);
    ASSERT_TRUE(parsed.has_value()) << shared;
    EXPECT_TRUE(is_for_many_tenants(shared, *parsed));
  }
  const std::string personal =
      "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
  EXPECT_TRUE(parse(document("", personal), "https://login.microsoftonline.com/consumers/v2.0")
                  .has_value());
  EXPECT_FALSE(
      parse(document("", personal), "https://login.microsoftonline.com/common/v2.0").has_value());
  const std::string own = "https://login.microsoftonline.com/11111111-2222/v2.0";
  EXPECT_FALSE(parse(document("", many), own).has_value());
  EXPECT_FALSE(is_for_many_tenants(own, *parse(document("", own), own)));
  EXPECT_FALSE(parse(document("", "https://login.example/{tenantid}/v2.0"),
                     "https://login.example/common/v2.0")
                   .has_value());
  EXPECT_FALSE(parse(document("", "https://login.microsoftonline.com:444/{tenantid}/v2.0"),
                     "https://login.microsoftonline.com:444/common/v2.0")
                   .has_value());
}

TEST(ServerMetadata, IsDiscardedWholeForOneEndpointThatMayNotBeCalled) {
  // A-105
  for (const char* bad :
       {"javascript:alert(1)", "http://id.example/x", "https://user@id.example/x", "/x", "",
        "https://id.example/x#y", "https://127.0.0.1/x", "https://10.1.2.3/x", "https://[::1]/x",
        "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/x", "https://0177.0.0.1/x",
        "https://2130706433/x", "file:///etc/passwd", "https://id.example/a b",
        "https://id.example/{x}"}) {
    for (const char* member :
         {"jwks_uri", "authorization_endpoint", "introspection_endpoint", "revocation_endpoint",
          "device_authorization_endpoint", "pushed_authorization_request_endpoint"}) {
      EXPECT_EQ(why_not(document("\"" + std::string(member) + "\":\"" + bad + "\"")), member)
          << bad;
    }
    EXPECT_EQ(why_not(document(R"("mtls_endpoint_aliases":{"token_endpoint":")" + std::string(bad) +
                               "\"}")),
              "token_endpoint")
        << bad;
    EXPECT_EQ(
        why_not(R"({"issuer":")" + std::string(kIssuer) + R"(","token_endpoint":")" + bad + "\"}"),
        "token_endpoint")
        << bad;
  }
  EXPECT_EQ(why_not(R"({"issuer":")" + std::string(kIssuer) + "\"}"), "token_endpoint");
}

TEST(ServerMetadata, MayNameAPrivateAddressThatIsAllowed) {
  // A-105
  const auto reach = http::AddressPolicy::parse({"127.0.0.1"});
  ASSERT_TRUE(reach.has_value());
  const std::string text =
      R"({"issuer":"https://127.0.0.1:1","token_endpoint":"https://127.0.0.1:1/token"})";
  EXPECT_TRUE(parse_server_metadata(text, "https://127.0.0.1:1", &*reach).has_value());
  EXPECT_FALSE(parse(text, "https://127.0.0.1:1").has_value());
}

TEST(ServerMetadata, IsNotReadWhereTwoReadersCouldDisagree) {
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("[]").has_value());
  EXPECT_FALSE(parse(document() + "x").has_value());
  EXPECT_FALSE(parse(document(R"("issuer":"https://honest.example")")).has_value());
  EXPECT_FALSE(parse(document(R"("token_endpoint":"https://evil.example/")")).has_value());
  EXPECT_FALSE(parse(document("\"x\":" + std::string(100, '[') + std::string(100, ']'))));
  EXPECT_FALSE(parse(document("\"x\":\"" + std::string(kMaxMetadataBytes, 'a') + "\"")));
  for (const char* bad :
       {R"("token_endpoint_auth_methods_supported":"client_secret_basic")",
        R"("token_endpoint_auth_methods_supported":[1])", R"("grant_types_supported":{})",
        R"("jwks_uri":["https://id.example/"])", R"("mtls_endpoint_aliases":[])",
        R"("tls_client_certificate_bound_access_tokens":"true")"}) {
    EXPECT_FALSE(parse(document(bad)).has_value()) << bad;
  }
}

TEST(ServerMetadata, IsTakenAsItStandsWhateverIsSignedInIt) {
  // A-109
  const auto parsed = parse(document(R"("signed_metadata":"eyJhbGciOiJub25lIn0.e30.")"));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(*parsed, *parse(document()));
  EXPECT_TRUE(parse(document(R"("signed_metadata":7)")).has_value());
}

TEST(ServerMetadata, MovesTrustByTheEndpointsThatGetCredentialsAndTheHostOfItsKeys) {
  // A-107, A-195
  const ServerMetadata accepted = *parse(
      document(R"("jwks_uri":"https://keys.example/1","code_challenge_methods_supported":[])"));
  ServerMetadata next = accepted;
  next.jwks_uri = "https://keys.example/2";
  next.auth_methods = {"private_key_jwt"};
  next.introspection_endpoint = "https://id.example/introspect";
  EXPECT_FALSE(moves_trust(accepted, next));
  next.jwks_uri = "https://keys.example:8443/1";
  EXPECT_TRUE(moves_trust(accepted, next));
  next.jwks_uri.clear();
  EXPECT_TRUE(moves_trust(accepted, next));
  for (std::string ServerMetadata::*member :
       {&ServerMetadata::issuer, &ServerMetadata::token_endpoint,
        &ServerMetadata::mtls_token_endpoint, &ServerMetadata::revocation_endpoint,
        &ServerMetadata::mtls_revocation_endpoint}) {
    next = accepted;
    next.*member = "https://id.example/token2";
    EXPECT_TRUE(moves_trust(accepted, next));
  }
  for (std::string ServerMetadata::*member :
       {&ServerMetadata::introspection_endpoint, &ServerMetadata::device_authorization_endpoint,
        &ServerMetadata::pushed_authorization_request_endpoint}) {
    next = accepted;
    next.*member = "https://id.example/other";  // of the token endpoint's origin
    EXPECT_FALSE(moves_trust(accepted, next));
    next.*member = "https://elsewhere.example/other";
    EXPECT_TRUE(moves_trust(accepted, next));
    EXPECT_EQ(other_destinations(next), std::vector{next.*member});
  }
}

ClientAuthentication first_method(const std::vector<std::string>& offered, Credentials there) {
  catalogue::Provider provider;
  provider.discovery = true;
  provider.client_authentication = {
      ClientAuthentication::kPrivateKeyJwt, ClientAuthentication::kClientSecretBasic,
      ClientAuthentication::kClientSecretPost, ClientAuthentication::kClientSecretJwt,
      ClientAuthentication::kNone};
  ServerMetadata metadata = *parse(document());
  metadata.auth_methods = offered;
  provider = complete(std::move(provider), metadata, there);
  EXPECT_FALSE(provider.discovery);
  EXPECT_EQ(provider.token_endpoint, "https://id.example/token");
  EXPECT_EQ(provider.client_authentication.size(), 5U);
  return provider.client_authentication.front();
}

TEST(ServerMetadata, DecidesWithWhatThereIsHowTheClientProvesWhoItIs) {
  // A-108
  const std::vector<std::string> all = {"client_secret_jwt", "client_secret_post",
                                        "client_secret_basic", "private_key_jwt"};
  const Credentials secret{.secret = true, .key = false};
  const Credentials key{.secret = false, .key = true};
  const Credentials both{.secret = true, .key = true};
  EXPECT_EQ(first_method(all, both), ClientAuthentication::kPrivateKeyJwt);
  EXPECT_EQ(first_method(all, key), ClientAuthentication::kPrivateKeyJwt);
  EXPECT_EQ(first_method(all, secret), ClientAuthentication::kClientSecretBasic);
  EXPECT_EQ(first_method(all, {}), ClientAuthentication::kClientSecretBasic);
  EXPECT_EQ(first_method({"client_secret_post", "client_secret_jwt"}, both),
            ClientAuthentication::kClientSecretPost);
  EXPECT_EQ(first_method({"client_secret_jwt"}, secret), ClientAuthentication::kClientSecretJwt);
  EXPECT_EQ(first_method({"private_key_jwt"}, secret), ClientAuthentication::kPrivateKeyJwt);
  EXPECT_EQ(first_method({"none"}, secret), ClientAuthentication::kNone);
  EXPECT_EQ(first_method({"none", "private_key_jwt"}, {}), ClientAuthentication::kPrivateKeyJwt)
      << "a key that is to come is better than nothing";
}

// Whether a client with `there` shows more of it once the server offers `next`.
bool weakens(const std::vector<std::string>& accepted, const std::vector<std::string>& next,
             Credentials there) {
  catalogue::Provider provider;
  provider.client_authentication = {
      ClientAuthentication::kPrivateKeyJwt,    ClientAuthentication::kTlsClientAuth,
      ClientAuthentication::kClientSecretJwt,  ClientAuthentication::kClientSecretBasic,
      ClientAuthentication::kClientSecretPost, ClientAuthentication::kNone,
  };
  ServerMetadata before = *parse(document());
  before.auth_methods = accepted;
  ServerMetadata after = before;
  after.auth_methods = next;
  return weakens_proof(provider, before, after, there);
}

TEST(ServerMetadata, TellsWhenLessWouldBeProvenByMore) {
  // A-107, A-108
  const Credentials secret{.secret = true};
  const Credentials both{.secret = true, .key = true};
  const Credentials certificate{.certificate = true};
  EXPECT_TRUE(weakens({"private_key_jwt"}, {"client_secret_basic"}, both));
  EXPECT_TRUE(weakens({"private_key_jwt"}, {"client_secret_jwt"}, both));
  EXPECT_TRUE(weakens({"client_secret_jwt"}, {"client_secret_post"}, secret));
  EXPECT_TRUE(weakens({"client_secret_basic"}, {"none"}, secret));
  EXPECT_TRUE(weakens({"client_secret_basic"}, {"private_key_jwt"}, secret));
  EXPECT_TRUE(weakens({"tls_client_auth"}, {"client_secret_basic"}, certificate));
  EXPECT_FALSE(weakens({"client_secret_basic"}, {"client_secret_post"}, secret));
  EXPECT_FALSE(weakens({"client_secret_basic"}, {"private_key_jwt"}, both));
  EXPECT_FALSE(weakens({"tls_client_auth"}, {"private_key_jwt"}, certificate));
  EXPECT_FALSE(weakens({"none"}, {"tls_client_auth"}, secret));
  EXPECT_FALSE(weakens({"none"}, {"client_secret_basic"}, secret));
  EXPECT_FALSE(weakens({"none", "client_secret_basic"}, {"client_secret_basic"}, secret));
}

TEST(ServerMetadata, SaysWhetherTheServerTakesAWayThatIsKnown) {
  catalogue::Provider provider;
  provider.client_authentication = {ClientAuthentication::kClientSecretBasic};
  ServerMetadata metadata = *parse(document());
  EXPECT_TRUE(check_methods(provider, metadata));
  metadata.grant_types = {"authorization_code"};  // as glewlwyd says, which issues the tokens
  EXPECT_TRUE(check_methods(provider, metadata));
  metadata.auth_methods = {"none", "tls_client_auth"};
  EXPECT_FALSE(check_methods(provider, metadata));
}

}  // namespace
}  // namespace strongroom::oauth
