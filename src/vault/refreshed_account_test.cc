// Whose tokens a refresh brings: the ID token that may come with them.

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "storage/sign_in_rows.h"
#include "vault/issuer_keys.h"
#include "vault/row_mac.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

constexpr const char* kIssuer = "https://id.example";

const crypto::PrivateKey& key() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  return key;
}

class RefreshedAccount : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    TargetSystemFields fields = sign_in_fields("OpenID");
    (*fields.endpoint_parameters)["issuer"] = kIssuer;
    (*fields.endpoint_parameters)["jwks_uri"] = "https://id.example/keys";
    const auto made = systems().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    system_ = *made;
    client_ = client(project_, system_.id, "openid").id;
    bind_account("ann");
    use_keys();
    sign_in("refresh-1");
  }

  void use_keys() {
    issuer_keys_.emplace(*context_, key_sets_);
    context_->issuer_keys = &*issuer_keys_;
  }
  void bind_account(const std::string& subject) {
    storage::SignInRow row;
    row.oauth_client_id = client_.uuid;
    row.issuer = kIssuer;
    row.subject = subject;
    row.account_name = "Ann";
    row.signed_in_at = clock_.now();
    const auto mac = mac_of(sealer_, row);
    ASSERT_TRUE(mac.has_value());
    row.mac = *mac;
    ASSERT_TRUE(
        store_->write([&](storage::Transaction& tx) { return storage::put_sign_in(tx, row); })
            .has_value());
  }
  void keys_can_be_read() {
    http_.answer_json(200, R"({"keys":[)" + crypto::public_jwk(key()) + "]}");
  }
  // A refresh with an ID token in its answer, in which `claim` is `value`.
  std::string renewed(const char* claim = "sub", const json::value& value = "ann") {
    const std::int64_t now = std::chrono::floor<Seconds>(clock_.now().time_since_epoch()).count();
    json::object claims{{"iss", kIssuer},
                        {"sub", "ann"},
                        {"aud", system_.consumer_key},
                        {"iat", now},
                        {"exp", now + 600}};
    claims[claim] = value;
    const auto jws = crypto::compact_jws(key(), crypto::SignatureAlgorithm::kEs256,
                                         R"({"alg":"ES256"})", json::serialize(claims));
    EXPECT_TRUE(jws.has_value());
    provider_.renews("access-1", 600, "refresh-2", ",\"id_token\":\"" + *jws + "\"");
    return asked();
  }

  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> issuer_keys_;
};

TEST_F(RefreshedAccount, IsTheOneForWhichTheClientIsAuthorized) {
  // A-122
  keys_can_be_read();
  EXPECT_EQ(renewed(), "token");
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(RefreshedAccount, OfSomebodyElseIsTheEndOfTheGrant) {
  // A-121, A-122
  for (const auto& [claim, value] : std::to_array<std::pair<const char*, json::value>>(
           {{"sub", "eve"}, {"iss", "https://evil.example"}})) {
    ASSERT_NO_FATAL_FAILURE(sign_in("refresh-1"));
    keys_can_be_read();
    use_keys();
    EXPECT_NE(renewed(claim, value), "token") << claim;
    EXPECT_EQ(said("cause"), "refreshed_another");
    EXPECT_EQ(access_token(), "access-0") << "what was there lives on";
    EXPECT_EQ(refresh_token(), "none") << "nothing that came is ever used";
    EXPECT_EQ(cause(), "refreshed_another");
    EXPECT_EQ(journal_->free_slots(), kJournalSlots);
    clock_.advance(Seconds(3600));
    EXPECT_NE(asked(), "token");
    EXPECT_EQ(cause(), "refreshed_another") << "why stays known";
  }
}

TEST_F(RefreshedAccount, ThatCannotBeBelievedGivesNobodyAnAccessToken) {
  // A-120, A-121, A-122
  for (const auto& [claim, value] :
       std::to_array<std::pair<const char*, json::value>>({{"aud", "another"}, {"exp", 1}})) {
    ASSERT_NO_FATAL_FAILURE(sign_in("refresh-1"));
    keys_can_be_read();
    use_keys();
    EXPECT_NE(renewed(claim, value), "token") << claim;
    EXPECT_EQ(said("cause"), "malformed_answer");
    EXPECT_EQ(access_token(), "access-0") << "what was there lives on";
    EXPECT_EQ(refresh_token(), "refresh-2") << "the provider may know no other any more";
    EXPECT_EQ(journal_->free_slots(), kJournalSlots);
    clock_.advance(Seconds(3600));
  }
}

TEST_F(RefreshedAccount, IsTheSameQuestionAfterACrash) {
  // A-122
  keys_can_be_read();
  stopping_ = true;
  EXPECT_NE(renewed("sub", "eve"), "token");
  stopping_ = false;
  disk_.crash(false);
  process_ = crypto::make_uuid(clock_.now(), random_);
  retrievals_.reset();
  open_journal();
  use_keys();
  ASSERT_TRUE(store_->write(storage::release_leases).has_value());
  JournalSettlement(*context_, process_).settle_all();
  restart_retrievals();
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(cause(), "refreshed_another");
}

TEST_F(RefreshedAccount, ThatCannotBeCheckedCostsNobodyAToken) {
  http_.fail(http::Hop::kConnect);
  EXPECT_EQ(renewed("sub", "eve"), "token");
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(RefreshedAccount, IsAskedForOnlyWhereOneIsKnown) {
  bind_account("");
  EXPECT_EQ(renewed("sub", "eve"), "token");
  EXPECT_EQ(http_.count(), 0U);
}

}  // namespace
}  // namespace strongroom::vault
