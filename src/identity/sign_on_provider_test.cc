#include "identity/sign_on_provider.h"

#include <gtest/gtest.h>

#include "crypto/key_ring.h"
#include "crypto/random.h"

namespace strongroom::identity {
namespace {

SignOnSettings settings() {
  return {.label = "Example", .issuer = "https://login.example.org", .client_id = "strongroom"};
}

class SignOnProviderTest : public ::testing::Test {
 protected:
  SignOnProviderTest() {
    const auto id = *crypto::KeyId::parse("0198c0de-0000-7000-8000-0000000000aa");
    EXPECT_TRUE(ring_.install(*ring_.make(id, crypto::KeyScope{})));
    ring_.set_reserve([](crypto::KeyId, std::int64_t) -> Status { return {}; });
    row_.id = *Uuid::parse("0198c0de-0000-7000-8000-000000000001");
    metadata_.issuer = settings().issuer;
    metadata_.token_endpoint = "https://login.example.org/token";
    write(settings(), metadata_, row_);
    row_.sealed_secret = *seal_secret(sealer_, row_, oauth::ConsumerSecret("client secret"));
    row_.mac = *sign_on_mac(sealer_, row_);
  }

  crypto::SystemRandom random_;
  crypto::KeyRing ring_{crypto::RootKey(std::string(32, 'r')), random_};
  crypto::Sealer sealer_{ring_, random_};
  oauth::ServerMetadata metadata_;
  storage::SignOnProviderRow row_;
};

TEST_F(SignOnProviderTest, IsReadAsItWasWritten) {
  ASSERT_TRUE(*is_genuine(sealer_, row_));
  const auto provider = read(row_);
  ASSERT_TRUE(provider);
  EXPECT_EQ(provider->settings, settings());
  EXPECT_EQ(provider->metadata, metadata_);
}

TEST_F(SignOnProviderTest, WhatWasChangedFromOutsideIsNotBelieved) {
  const auto is_believed = [&](auto change) {
    storage::SignOnProviderRow row = row_;
    change(row);
    return *is_genuine(sealer_, row);
  };
  EXPECT_FALSE(is_believed([](auto& row) { row.issuer = "https://evil.example"; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.groups_claim = "name"; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.user_name_claim = "nickname"; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.links_existing = true; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.makes_users = true; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.trusted_ca_pem = "another"; }));
  EXPECT_FALSE(is_believed([](auto& row) { row.metadata += ' '; }));
  EXPECT_TRUE(is_believed([](auto& /*row*/) {}));
}

TEST_F(SignOnProviderTest, TheSecretOpensOnlyWhereItWasEnteredFor) {
  //
  ASSERT_TRUE(open_secret(sealer_, row_));
  for (const auto& change : std::vector<void (*)(storage::SignOnProviderRow&)>{
           [](auto& row) { row.issuer = "https://evil.example"; },
           [](auto& row) { row.trusted_ca_pem = "another"; },
           [](auto& row) { row.allowed_addresses = "127.0.0.0/8"; },
           [](auto& row) { row.secret_generation += 1; }}) {
    storage::SignOnProviderRow row = row_;
    change(row);
    const auto opened = open_secret(sealer_, row);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kCorrupt);
  }
}

TEST_F(SignOnProviderTest, AnAccountIsOneUsers) {
  //
  storage::SignOnAccountRow row{.id = row_.id,
                                .user_id = row_.id,
                                .issuer = "https://login.example.org",
                                .subject = "ann",
                                .mac = {},
                                .created_at = {}};
  row.mac = *sign_on_mac(sealer_, row);
  EXPECT_TRUE(*is_genuine(sealer_, row));
  storage::SignOnAccountRow moved = row;
  moved.user_id = *Uuid::parse("0198c0de-0000-7000-8000-000000000002");
  EXPECT_FALSE(*is_genuine(sealer_, moved));
  moved = row;
  moved.subject = "mallory";
  EXPECT_FALSE(*is_genuine(sealer_, moved));
}

TEST(SignOnSettingsCheck, NamesTheFieldThatIsWrong) {
  const auto field_of = [](auto change) {
    SignOnSettings wrong = settings();
    change(wrong);
    const auto result = checked(wrong);
    return result ? std::string() : std::get<FieldPointer>(*result.error().find("field")).text;
  };
  EXPECT_EQ(field_of([](auto& s) { s.label = ""; }), "/label");
  EXPECT_EQ(field_of([](auto& s) { s.issuer = "http://login.example.org"; }), "/issuer");
  EXPECT_EQ(field_of([](auto& s) { s.issuer += "?a=b"; }), "/issuer");
  EXPECT_EQ(field_of([](auto& s) { s.client_id = "two words"; }), "/client_id");
  EXPECT_EQ(field_of([](auto& s) { s.scopes = {"profile"}; }), "/scopes");
  EXPECT_EQ(field_of([](auto& s) { s.scopes = {"openid", "a b"}; }), "/scopes/1");
  EXPECT_EQ(field_of([](auto& s) { s.user_name_claim = ""; }), "/user_name_claim");
  EXPECT_EQ(field_of([](auto& s) { s.trusted_ca_pem = "no PEM"; }), "/trusted_ca_pem");
  EXPECT_EQ(field_of([](auto& s) { s.allowed_addresses = {"nowhere"}; }), "/allowed_addresses/0");
  EXPECT_EQ(field_of([](auto& /*s*/) {}), "");
}

}  // namespace
}  // namespace strongroom::identity
