#pragma once
// A vault with one secret, and a robot that may read it.

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "crypto/bearer_key.h"
#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/retrievals.h"
#include "vault/secret_access.h"
#include "vault/secret_entries.h"
#include "vault/secret_lookup.h"
#include "vault/secrets.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {

class SecretWorld : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    system_ = system("SAP", project_).id;
    robot_ = robot(project_, "finance", "reader").id;
    auto key = robots().create_key(admin_, robot_);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    tokens_ = std::make_unique<Lookups>(*context_, *retrievals_, RateLimit{});
    lookups_ = std::make_unique<SecretLookups>(*context_, secret_index_, *tokens_);
    secret_ = secret("batch user", "the value").id;
    const auto rule = access().grant(admin_, {secret_, robot_, {}});
    ASSERT_TRUE(rule.has_value()) << answer_of(rule);
    rule_ = rule->id;
  }

  SecretFields fields(const std::string& label, const std::string& value,
                      SecretKind kind = SecretKind::kPassword) const {
    SecretFields fields;
    fields.project = project_;
    fields.target_system = system_;
    fields.label = label;
    fields.kind = kind;
    fields.value = NewSecretValue{.value = SecretValue(value)};
    return fields;
  }
  StoredSecret secret(const std::string& label, const std::string& value) {
    auto made = secrets_of().create(admin_, fields(label, value));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : StoredSecret{};
  }
  Result<StoredSecret> add(const std::string& value, bool make_current = false) {
    return secrets_of().add_value(admin_, secret_, NewSecretValue{.value = SecretValue(value)},
                                  make_current);
  }

  SecretQuestion question(std::string_view label = "batch user") const {
    SecretQuestion question;
    question.asked.robot_key = key_->key.reveal();
    question.asked.project = "Finance";
    question.asked.target_system = "SAP";
    question.asked.label = label;
    question.asked.peer = "192.0.2.1";
    question.asked.request_id = "request";
    return question;
  }
  Result<SecretHandout> ask(const SecretQuestion& question, SecretLookups& lookups) {
    std::promise<Result<SecretHandout>> answer;
    auto answered = answer.get_future();
    lookups.ask(question,
                [&](Result<SecretHandout> handout) { answer.set_value(std::move(handout)); });
    return answered.get();
  }
  // The value, a slash and the next one where there is one; or as answer_of().
  static std::string letters(const Result<OpenedSecret>& opened) {
    if (!opened) return answer_of(opened);
    std::string text(opened->value.reveal());
    if (opened->next) text.append("/").append(opened->next->reveal());
    return text;
  }
  std::string look_up(const SecretQuestion& question, SecretLookups& lookups) {
    const auto handout = ask(question, lookups);
    return handout ? letters(lookups.collect(*handout)) : answer_of(handout);
  }
  std::string look_up() { return look_up(question(), *lookups_); }
  // What the robot would get if the server started now.
  std::string look_up_after_restart() {
    LookupIndex fresh;
    SecretIndex& fresh_secrets = fresh.secrets();
    Context other{*store_, *trail_, keys_,       sealer_, random_,
                  clock_,  log_,    *catalogue_, fresh,   network_};
    EXPECT_TRUE(load_index(other).has_value());
    EXPECT_TRUE(load_secret_index(other, fresh_secrets).has_value());
    Lookups tokens(other, *retrievals_, RateLimit{});
    SecretLookups lookups(other, fresh_secrets, tokens);
    return look_up(question(), lookups);
  }

  Secrets secrets_of() { return Secrets(*context_, secret_index_); }
  SecretAccessRules access() { return SecretAccessRules(*context_, secret_index_); }

  SecretIndex& secret_index_ = index_.secrets();
  ProjectId project_;
  TargetSystemId system_;
  RobotId robot_;
  SecretId secret_;
  RobotAccessId rule_;
  std::unique_ptr<NewRobotKey> key_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> tokens_;
  std::unique_ptr<SecretLookups> lookups_;
};

}  // namespace strongroom::vault
