#include "vault/secrets.h"

#include <string>

#include "crypto/pem_bundle.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "crypto/testing/test_certificates.h"
#include "storage/credential_rows.h"
#include "vault/testing/secret_world.h"

namespace strongroom::vault {
namespace {

class SecretsTest : public SecretWorld {};

TEST_F(SecretsTest, LabelsAreUniqueInTheirProjectAndTargetSystem) {
  EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("BATCH User", "x"))),
            "duplicate at /label");
  SecretFields elsewhere = fields("batch user", "x");
  elsewhere.target_system = system("CRM", project_).id;
  EXPECT_EQ(answer_of(secrets_of().create(admin_, std::move(elsewhere))), "ok");
  // As one that was deleted comes back only while nobody has its label.
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  const auto another = secrets_of().create(admin_, fields("Batch User", "x"));
  ASSERT_TRUE(another.has_value());
  EXPECT_EQ(answer_of(secrets_of().restore(admin_, secret_)), "duplicate at /label");
}

TEST_F(SecretsTest, NeedAProjectThatIsThereAndATargetSystemOfIt) {
  SecretFields foreign = fields("another", "x");
  foreign.target_system = system("Wages", project("Payroll")).id;
  EXPECT_EQ(answer_of(secrets_of().create(admin_, std::move(foreign))),
            "invalid at /target_system");
  SecretFields nowhere = fields("another", "x");
  nowhere.project = ProjectId{crypto::make_uuid(clock_.now(), random_)};
  EXPECT_EQ(answer_of(secrets_of().create(admin_, std::move(nowhere))), "invalid at /project");
}

TEST_F(SecretsTest, WhatAPasswordMayNotBeATextMay) {
  for (const char* value : {"", " padded", "padded\n", "two\nlines", "\x01", "\xff"}) {
    EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("another", value))), "invalid at /value")
        << value;
  }
  EXPECT_EQ(
      answer_of(secrets_of().create(admin_, fields("another", "two\nlines\n", SecretKind::kText))),
      "ok");
  EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("third", "\x01", SecretKind::kText))),
            "invalid at /value");
}

TEST_F(SecretsTest, ACertificateIsStoredWithTheKeyThatBelongsToIt) {
  const auto key = crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  const auto other = crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  ASSERT_TRUE(key && other);
  const std::string certificate = crypto::make_certificate({.key = *key, .name = "payer"});
  const auto pem_of = [](const crypto::PrivateKey& one, const std::string& chain) {
    crypto::KeyAndCertificate pair{*crypto::PrivateKey::open(one.der()),
                                   *crypto::ClientCertificate::parse(chain)};
    return std::string(crypto::to_pem_bundle(pair)->reveal());
  };
  const auto made = secrets_of().create(
      admin_, fields("signing", pem_of(*key, certificate), SecretKind::kCertificate));
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  EXPECT_EQ(made->values.front().subject, "CN=payer");
  EXPECT_EQ(made->values.front().expires_on, made->values.front().not_after);
  EXPECT_EQ(answer_of(secrets_of().create(
                admin_, fields("mixed", pem_of(*other, certificate), SecretKind::kCertificate))),
            "invalid at /value");
  clock_.advance(std::chrono::hours(24 * 366));
  EXPECT_EQ(answer_of(secrets_of().create(
                admin_, fields("late", pem_of(*key, certificate), SecretKind::kCertificate))),
            "invalid at /value");
}

TEST_F(SecretsTest, TwoValuesStandSideBySideAndTheCurrentOneIsNotDropped) {
  const auto two = add("another");
  ASSERT_TRUE(two.has_value()) << answer_of(two);
  ASSERT_EQ(two->values.size(), 2U);
  EXPECT_EQ(look_up(), "the value/another");
  EXPECT_EQ(answer_of(add("third")), "in_use");
  const SecretValueId first = two->values[0].id;
  const SecretValueId second = two->values[1].id;
  EXPECT_EQ(answer_of(secrets_of().drop_value(admin_, secret_, first)), "in_use");
  ASSERT_TRUE(secrets_of().make_current(admin_, secret_, second).has_value());
  EXPECT_EQ(look_up(), "another/the value");
  ASSERT_TRUE(secrets_of().drop_value(admin_, secret_, first).has_value());
  EXPECT_EQ(look_up(), "another");
  EXPECT_EQ(look_up_after_restart(), "another");
  EXPECT_EQ(answer_of(secrets_of().make_current(admin_, secret_, first)), "not found");
  // A generation is never used twice: what was dropped does not open in the place of what came.
  ASSERT_TRUE(add("third", true).has_value());
  EXPECT_EQ(look_up(), "third/another");
  EXPECT_EQ(look_up_after_restart(), "third/another");
}

TEST_F(SecretsTest, NothingIsStoredByHalves) {
  int round = 0;
  with_every_fault(
      [&] {
        return secrets_of()
            .create(admin_, fields("round " + std::to_string(++round), "x"))
            .has_value();
      },
      [&](bool) {
        SecretQuery query;
        query.search = "round";
        const auto page = secrets_of().list(admin_, query);
        ASSERT_TRUE(page.has_value());
        for (const StoredSecret& stored : page->items) EXPECT_EQ(stored.values.size(), 1U);
      });
}

TEST_F(SecretsTest, TakingAwayWorksWithoutTheAuditTrailAndGivingDoesNot) {
  ASSERT_TRUE(add("another").has_value());
  const auto secret = secrets_of().get(admin_, secret_);
  break_audit();
  EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("new", "x"))), "audit_unavailable");
  EXPECT_EQ(answer_of(secrets_of().make_current(admin_, secret_, secret->values[1].id)),
            "audit_unavailable");
  EXPECT_EQ(answer_of(access().grant(admin_, {secret_, {}, "hr/**"})), "audit_unavailable");
  EXPECT_EQ(answer_of(secrets_of().drop_value(admin_, secret_, secret->values[1].id)), "ok");
  EXPECT_EQ(answer_of(access().revoke(admin_, rule_)), "ok");
  EXPECT_EQ(answer_of(secrets_of().remove(admin_, secret_)), "ok");
}

TEST_F(SecretsTest, RightsElsewhereAreNoneHere) {
  const Actor elsewhere = with(project("Payroll"), Permissions::all());
  EXPECT_EQ(answer_of(secrets_of().get(elsewhere, secret_)), "not found");
  EXPECT_EQ(answer_of(secrets_of().update(elsewhere, secret_, 1, {})), "not found");
  EXPECT_EQ(answer_of(secrets_of().remove(elsewhere, secret_)), "not found");
  EXPECT_EQ(answer_of(access().grant(elsewhere, {secret_, robot_, {}})), "invalid at /secret");
  EXPECT_EQ(answer_of(access().get(elsewhere, rule_)), "not found");
  EXPECT_EQ(secrets_of().list(elsewhere, {})->total, 0);
  EXPECT_EQ(access().list(elsewhere, {})->total, 0);
  const Actor viewer = with(project_, Permissions({Permission::kView}));
  EXPECT_EQ(answer_of(secrets_of().get(viewer, secret_)), "ok");
  EXPECT_EQ(answer_of(secrets_of().remove(viewer, secret_)), "denied");
}

TEST_F(SecretsTest, ADeletedOneIsDestroyedAfterSevenDays) {
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  clock_.advance(std::chrono::hours(7 * 24) - Seconds(1));
  ASSERT_TRUE(secrets_of().purge().has_value());
  ASSERT_TRUE(secrets_of().restore(admin_, secret_).has_value());
  EXPECT_EQ(look_up(), "the value");
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  clock_.advance(std::chrono::hours(7 * 24));
  EXPECT_EQ(answer_of(secrets_of().restore(admin_, secret_)), "not found");
  ASSERT_TRUE(secrets_of().purge().has_value());
  const auto values =
      storage::read<std::size_t>(*store_, [&](storage::Snapshot& snapshot) -> Result<std::size_t> {
        STRONGROOM_TRY(const auto rows, storage::values_of_secret(snapshot, secret_.uuid));
        return rows.size();
      });
  EXPECT_EQ(values.value(), 0U);
}

TEST_F(SecretsTest, ExpireAsCredentialsDoTheCurrentOneAlone) {
  const auto expired = [&](WallTime moment) {
    return storage::read<std::int64_t>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::count_credentials_expired_at(snapshot, moment);
    });
  };
  const WallTime soon = clock_.now() + std::chrono::hours(24);
  NewSecretValue value{.value = SecretValue("next"), .expires_on = soon};
  const auto two = secrets_of().add_value(admin_, secret_, std::move(value), false);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(expired(soon).value(), 0);
  ASSERT_TRUE(secrets_of().make_current(admin_, secret_, two->values[1].id).has_value());
  EXPECT_EQ(expired(soon).value(), 1);
  EXPECT_EQ(expired(soon - Seconds(1)).value(), 0);
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  EXPECT_EQ(expired(soon).value(), 0);
}

TEST_F(SecretsTest, GoWithTheirTargetSystemAndProject) {
  ASSERT_TRUE(systems().remove(admin_, system_).has_value());
  EXPECT_EQ(look_up(), "not found");
  ASSERT_TRUE(systems().restore(admin_, system_).has_value());
  EXPECT_EQ(look_up(), "the value");
  const auto gone = projects().remove(admin_, project_);
  ASSERT_TRUE(gone.has_value());
  EXPECT_EQ(gone->secrets, 1);
  EXPECT_EQ(look_up_after_restart(), "not found");
  clock_.advance(std::chrono::hours(7 * 24));
  ASSERT_TRUE(secrets_of().purge().has_value());
  EXPECT_EQ(secret_index_.size(), 0U);
  ASSERT_TRUE(projects().purge().has_value());
}

// Where the job that destroys secrets did not run before.
TEST_F(SecretsTest, AreDestroyedWithWhatTheyBelongTo) {
  ASSERT_TRUE(systems().remove(admin_, system_).has_value());
  clock_.advance(std::chrono::hours(7 * 24));
  ASSERT_TRUE(systems().purge().has_value());
  EXPECT_EQ(look_up_after_restart(), "not found");
}

}  // namespace
}  // namespace strongroom::vault
