#include "vault/project_export.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "audit/recorded_event.h"
#include "crypto/file_recipient.h"
#include "vault/issuer_metadata.h"
#include "vault/kills.h"
#include "vault/registration_record.h"
#include "vault/testing/secret_world.h"
#include "vault/token_fingerprint.h"
#include "vault/token_trace.h"

namespace strongroom::vault {
namespace {

using Names = std::vector<std::string>;

// A project with a target system of its own, one of all projects, and a secret.
class ProjectExportTest : public SecretWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SecretWorld::SetUp());
    global_ = system("CRM").id;
    client(project_, global_, "nightly");
  }

  std::vector<crypto::Recipient> recipients() const { return {*crypto::recipient_of(identity_)}; }
  Result<ExportedProject> take(const Actor& actor) { return take(actor, recipients()); }
  Result<ExportedProject> take(const Actor& actor,
                               const std::vector<crypto::Recipient>& recipients) {
    return ProjectExports(*context_, secret_index_).take(actor, project_, recipients);
  }
  // Whoever may do this in the project alone.
  Actor here(std::initializer_list<Permission> permissions) const {
    return with(project_, Permissions(permissions));
  }

  // What a recipient reads of it.
  boost::json::object opened(const ExportedProject& taken) {
    std::string_view rest = taken.sealed_secrets;
    auto file = crypto::SealedFileReader::begin(
        crypto::FileKind::kExport, {.identity = &identity_, .passphrase = nullptr},
        [&rest](char* out, std::size_t size) -> Result<std::size_t> {
          const std::size_t got = rest.copy(out, size);
          rest.remove_prefix(got);
          return got;
        });
    std::string text;
    while (file) {
      const auto piece = file->next();
      EXPECT_TRUE(piece.has_value());
      if (!piece || piece->empty()) break;
      text += *piece;
    }
    return boost::json::parse(text).as_object();
  }
  static Names texts(const boost::json::object& all, const char* list, const char* member) {
    Names found;
    for (const auto& one : all.at(list).as_array()) {
      found.emplace_back(one.as_object().at(member).as_string());
    }
    std::ranges::sort(found);
    return found;
  }
  Names systems_in(const ExportedProject& taken) {
    return texts(opened(taken), "target_systems", "name");
  }
  Names values_in(const ExportedProject& taken) { return texts(opened(taken), "secrets", "value"); }

  std::vector<audit::RecordedEvent> extracted() {
    EXPECT_TRUE(trail_->flush().has_value());
    std::vector<audit::RecordedEvent> found;
    const auto page = trail_->list({.action = "secret.extracted"});
    for (const auto& entry : page->entries) {
      found.push_back(*audit::read_event(entry.json));
      EXPECT_EQ(found.back().reason, "project_export");
    }
    return found;
  }
  // In the events of secrets, which name no field.
  Names fingerprints() {
    Names found;
    for (const audit::RecordedEvent& event : extracted()) {
      if (event.fields.empty()) found.push_back(event.fingerprint);
    }
    std::ranges::sort(found);
    return found;
  }
  // In those of target systems: name, field and fingerprint.
  Names credentials() {
    Names found;
    for (const audit::RecordedEvent& event : extracted()) {
      if (event.fields.empty()) continue;
      EXPECT_EQ(event.fields.size(), 1U);
      found.push_back(event.subject_name + " " + event.fields.front() + " " + event.fingerprint);
    }
    std::ranges::sort(found);
    return found;
  }
  std::string fingerprint_of(const std::string& value) const {
    return *token_fingerprint(sealer_, oauth::AccessToken(value));
  }
  // What stands in the file of the one thing in a list of the only target system that has any.
  std::string letters(const ExportedProject& taken, const char* list, const char* member) {
    const auto file = opened(taken);
    for (const auto& system : file.at("target_systems").as_array()) {
      const auto& all = system.as_object().at(list).as_array();
      if (!all.empty()) return std::string(all.at(0).as_object().at(member).as_string());
    }
    return {};
  }
  std::int64_t count(const std::string& action) {
    EXPECT_TRUE(trail_->flush().has_value());
    return trail_->list({.action = action})->total;
  }
  std::string fingerprint(SecretId id) { return secret_index_.find(id)->current.fingerprint; }

  Context beside() {
    return {*store_, *trail_, keys_, sealer_, random_, clock_, log_, *catalogue_, index_, network_};
  }
  // A kill of the target system SAP, set without the store that the export uses.
  Kill kill(Kills& kills) {
    const auto killed = kills.set(
        admin_,
        {.subject = {.scope = KillScope::kTargetSystem, .id = system_.uuid}, .reason = "stolen"});
    EXPECT_TRUE(killed.has_value()) << answer_of(killed);
    return killed ? *killed : Kill{};
  }

  crypto::FileIdentity identity_ = crypto::make_identity(random_);
  TargetSystemId global_;
};

TEST_F(ProjectExportTest, SecretsNeedThePermissionToExtractThem) {
  const Actor exports = here({Permission::kView, Permission::kExport});
  EXPECT_EQ(answer_of(take(exports)), "denied");
  EXPECT_EQ(count("project.exported"), 0);
  EXPECT_EQ(count("secret.extracted"), 0);
  const auto bare = take(exports, {});
  ASSERT_TRUE(bare.has_value()) << answer_of(bare);
  EXPECT_EQ(bare->sealed_secrets, "");
  EXPECT_EQ(count("project.exported"), 1);
  EXPECT_EQ(count("secret.extracted"), 0);
}

TEST_F(ProjectExportTest, EachValueHasAnEventWithItsFingerprint) {
  const SecretId other = secret("web user", "another value").id;
  const auto taken = take(admin_);
  ASSERT_TRUE(taken.has_value()) << answer_of(taken);
  EXPECT_EQ(values_in(*taken), (Names{"another value", "the value"}));
  Names expected{fingerprint(secret_), fingerprint(other)};
  std::ranges::sort(expected);
  EXPECT_EQ(fingerprints(), expected);
  EXPECT_EQ(count("project.exported"), 1);
}

// So that a consumer secret or key that leaks can be traced to whoever took it out.
TEST_F(ProjectExportTest, EachCredentialOfATargetSystemHasAnEventWithItsFingerprint) {
  TargetSystemFields proxy;
  proxy.proxy = "http://proxy.example.org:3128";
  proxy.consumer_secrets = secrets({"very-secret"});  // for the new destination
  proxy.proxy_credentials = ProxyCredentials("somebody:very-secret-too");
  const auto set =
      systems().update(admin_, system_, systems().get(admin_, system_)->stamps.revision, proxy);
  ASSERT_TRUE(set.has_value()) << answer_of(set);
  const TargetSystem keyed = system("Keyed", project_);
  TargetSystemFields key;
  key.client_authentication = ClientAuthentication::kPrivateKeyJwt;
  key.consumer_secrets = std::vector<NewConsumerSecret>{};
  key.client_keys.emplace();
  key.client_keys->emplace_back().generate = crypto::NewKey::kP256;
  const auto made = systems().update(admin_, keyed.id, keyed.stamps.revision, std::move(key));
  ASSERT_TRUE(made.has_value()) << answer_of(made);

  const auto taken = take(admin_);
  ASSERT_TRUE(taken.has_value()) << answer_of(taken);
  const std::string secret = fingerprint_of("very-secret");
  const std::string pem = letters(*taken, "client_keys", "private_key");
  ASSERT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
  Names expected{"CRM consumer_secrets " + secret, "SAP consumer_secrets " + secret,
                 "SAP proxy_credentials " + fingerprint_of("somebody:very-secret-too"),
                 "Keyed client_keys " + fingerprint_of(pem)};
  std::ranges::sort(expected);
  EXPECT_EQ(credentials(), expected);
  const auto traced = trace_token(*trail_, *store_, sealer_, oauth::AccessToken(pem));
  ASSERT_EQ(traced->hand_outs.size(), 1U);
  EXPECT_EQ(traced->hand_outs.front().subject_id, keyed.id.uuid.text());
}

TEST_F(ProjectExportTest, CredentialsThatStayHaveNoEvent) {
  ASSERT_TRUE(take(here({Permission::kView, Permission::kExport, Permission::kExtract})));
  EXPECT_EQ(credentials(), Names{"SAP consumer_secrets " + fingerprint_of("very-secret")})
      << "that of all projects is not its own";
  Kills kills(*context_);
  kill(kills);
  ASSERT_TRUE(take(admin_));
  EXPECT_EQ(credentials().size(), 2U) << "CRM alone came to it";
}

TEST_F(ProjectExportTest, WhatATargetSystemRegisteredForItselfStaysHere) {
  //
  storage::RegistrationRow row{.target_system_id = system_.uuid,
                               .kind = std::string(kDynamicRegistration),
                               .issuer = issuer_of(*systems().get(admin_, system_)),
                               .client_id = "consumer",
                               .created_at = clock_.now()};
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return store_registration(*context_, tx, row); }));
  const auto taken = take(admin_);
  ASSERT_TRUE(taken.has_value()) << answer_of(taken);
  for (const TargetSystem& one : taken->target_systems) {
    const bool is_own = one.id == system_;
    EXPECT_EQ(one.consumer_key, is_own ? "" : "consumer") << one.name;
    EXPECT_EQ(one.consumer_secrets.empty(), is_own) << one.name;
  }
  const auto file = opened(*taken);
  for (const auto& one : file.at("target_systems").as_array()) {
    const auto& system = one.as_object();
    const bool is_own = system.at("name") == "SAP";
    EXPECT_EQ(system.at("destination").at("consumer_key"), is_own ? "" : "consumer");
    EXPECT_EQ(system.at("consumer_secrets").as_array().empty(), is_own);
  }
  EXPECT_EQ(credentials(), Names{"CRM consumer_secrets " + fingerprint_of("very-secret")});

  // One that is in use no more keeps nothing here.
  row.client_id = "former";
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return store_registration(*context_, tx, row); }));
  const auto later = take(admin_);
  ASSERT_TRUE(later.has_value()) << answer_of(later);
  EXPECT_EQ(texts(opened(*later), "target_systems", "name"), (Names{"CRM", "SAP"}));
  for (const TargetSystem& one : later->target_systems) EXPECT_EQ(one.consumer_key, "consumer");
}

TEST_F(ProjectExportTest, CredentialsOfAllProjectsNeedTheRightsEverywhere) {
  const auto own = take(here({Permission::kView, Permission::kExport, Permission::kExtract}));
  ASSERT_TRUE(own.has_value()) << answer_of(own);
  EXPECT_EQ(own->target_systems.size(), 2U) << "how it is set up may be seen";
  EXPECT_EQ(systems_in(*own), Names{"SAP"});
  // Neither of the two everywhere is enough without the other.
  Actor most = with({Permission::kView, Permission::kExport});
  most.grants.add(project_.uuid, Permissions{Permission::kExtract});
  const auto more = take(most);
  ASSERT_TRUE(more.has_value()) << answer_of(more);
  EXPECT_EQ(systems_in(*more), Names{"SAP"});
  const auto all = take(admin_);
  ASSERT_TRUE(all.has_value()) << answer_of(all);
  EXPECT_EQ(systems_in(*all), (Names{"CRM", "SAP"}));
}

TEST_F(ProjectExportTest, WhatIsKilledStaysHere) {
  Kills kills(*context_);
  kill(kills);
  const auto taken = take(admin_);
  ASSERT_TRUE(taken.has_value()) << answer_of(taken);
  EXPECT_EQ(systems_in(*taken), Names{"CRM"});
  EXPECT_EQ(values_in(*taken), Names{});
  EXPECT_EQ(fingerprints(), Names{}) << "what did not leave was not extracted";
}

// Invariant 7: whatever an export has read by then, once a kill was answered nothing of it leaves.
TEST_F(ProjectExportTest, AKillAtAnyMomentOfAnExportKeepsTheSecretsHere) {
  Context direct = beside();
  Kills kills(direct);
  std::vector<std::string> answers;
  for (int call = 1; call < 100; ++call) {
    std::optional<Kill> killed;
    faults_->before_call(call, [&] { killed = kill(kills); });
    const auto taken = take(admin_);
    if (!killed) break;
    answers.push_back(answer_of(taken));
    if (taken) {
      EXPECT_EQ(values_in(*taken), Names{});
      EXPECT_EQ(systems_in(*taken), Names{"CRM"});
    }
    ASSERT_EQ(answer_of(kills.lift(admin_, killed->id)), "ok");
  }
  faults_->before_call(0, {});
  ASSERT_GT(answers.size(), 2U);
  EXPECT_EQ(answers.front(), "ok");
  EXPECT_EQ(answers.back(), "killed");
}

TEST_F(ProjectExportTest, TheFingerprintIsOfTheValueThatWasSealedHoweverSoonItIsReplaced) {
  Context direct = beside();
  Secrets other(direct, secret_index_);
  int replaced = 0;
  for (int call = 1; call < 100; ++call) {
    const std::string before = fingerprint(secret_);
    const Names events = fingerprints();
    bool ran = false;
    const std::string next = "value " + std::to_string(call);
    faults_->before_call(call, [&] {
      ran = other.add_value(admin_, secret_, NewSecretValue{.value = SecretValue(next)}, true)
                .has_value();
    });
    const auto taken = take(admin_);
    ASSERT_TRUE(taken.has_value()) << answer_of(taken);
    if (!ran) break;
    ++replaced;
    Names expected = events;
    expected.push_back(values_in(*taken) == Names{next} ? fingerprint(secret_) : before);
    std::ranges::sort(expected);
    EXPECT_EQ(fingerprints(), expected) << call;
    const auto now = secrets_of().get(admin_, secret_);
    for (const SecretValueInfo& value : now->values) {
      if (value.is_current) continue;
      ASSERT_EQ(answer_of(secrets_of().drop_value(admin_, secret_, value.id)), "ok");
    }
  }
  faults_->before_call(0, {});
  EXPECT_GT(replaced, 2);
}

// Invariant 6.
TEST_F(ProjectExportTest, NothingLeavesThatIsNotInTheTrail) {
  vfs_.fail_all_syncs(true);
  EXPECT_EQ(answer_of(take(admin_)), "audit_unavailable");
}

}  // namespace
}  // namespace strongroom::vault
