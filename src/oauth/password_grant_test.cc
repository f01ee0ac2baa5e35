#include "oauth/password_grant.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"

namespace strongroom::oauth {
namespace {

using catalogue::Provider;

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

// What a test says of a request; the rest is harmless.
struct Asked {
  const Provider& entry = built_in("generic-password");
  std::string username = "ann@example.com";
  std::string password = "correct horse&battery";
  std::vector<std::string> scopes = {"files.read", "files.write"};

  Result<TokenRequest> request() const {
    const catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
    const ConsumerSecret secret("gX1fBat3bV");
    crypto::CountingRandom random;
    const GrantClient client{.provider = entry,
                             .parameters = parameters,
                             .tenant = {},
                             .consumer_key = "s6BhdRkqt3",
                             .consumer_secret = &secret,
                             .authentication = catalogue::ClientAuthentication::kClientSecretPost,
                             .random = random,
                             .now = FakeClock::kStart};
    return build_password_request({.client = client,
                                   .username = username,
                                   .password = AccountPassword(password),
                                   .scopes = scopes});
  }
};

std::string field_of(const Status& checked) {
  if (checked) return "";
  const ErrorValue* const field = checked.error().find("field");
  return field == nullptr ? "no field" : std::get<FieldPointer>(*field).text;
}

std::string refused_at(std::string_view username, std::string_view password) {
  return field_of(check_account(username, AccountPassword(password)));
}

TEST(PasswordGrant, SendsNameAndPasswordInTheFormWithTheClientsProof) {
  //
  const auto request = Asked{}.request();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.body.reveal(),
            "grant_type=password&username=ann%40example.com&password=correct+horse%26battery&"
            "scope=files.read+files.write&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
  EXPECT_EQ(request->message.url, "https://as.example/token");
  EXPECT_TRUE(request->expectation.for_person);
}

TEST(PasswordGrant, ShowsNeitherOfThemToWhoLooksAtRequests) {
  //
  const auto request = Asked{}.request();
  ASSERT_TRUE(request.has_value());
  for (const SeenParameter& parameter : request->summary.parameters) {
    if (parameter.name == "username" || parameter.name == "password") {
      EXPECT_EQ(parameter.value, "") << parameter.name;
    }
  }
}

TEST(PasswordGrant, IsOfLegacyProvidersOnly) {
  //
  EXPECT_FALSE(Asked{.entry = built_in("generic")}.request().has_value());
  const auto checked = [](std::string_view id) {
    return check_password_grant(built_in(id), {{"token_endpoint", "https://as.example/token"}}, {},
                                "key", std::nullopt, {});
  };
  EXPECT_TRUE(checked("generic-password").has_value());
  EXPECT_EQ(field_of(checked("generic")), "/grant");
}

TEST(PasswordGrant, TakesWhatTheStandardLetsBeSent) {
  EXPECT_EQ(refused_at("ann", "p"), "");
  EXPECT_EQ(refused_at("\xc3\xa4nn", "p\xc3\xa4ss w\xc3\xb6rd"), "");
  EXPECT_EQ(refused_at("", "p"), "/username");
  EXPECT_EQ(refused_at(std::string(513, 'a'), "p"), "/username");
  EXPECT_EQ(refused_at("ann\r\n", "p"), "/username");
  EXPECT_EQ(refused_at("\xff", "p"), "/username");
  EXPECT_EQ(refused_at("ann", ""), "/password");
  EXPECT_EQ(refused_at("ann", std::string(1025, 'p')), "/password");
  EXPECT_EQ(refused_at("ann", std::string_view("p\0q", 3)), "/password");
}

}  // namespace
}  // namespace strongroom::oauth
