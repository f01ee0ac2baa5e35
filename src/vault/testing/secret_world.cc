#include "vault/testing/secret_world.h"

namespace strongroom::vault {

SecretWorld::SecretWorld() = default;
SecretWorld::~SecretWorld() = default;

void SecretWorld::SetUp() {
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

SecretFields SecretWorld::fields(const std::string& label, const std::string& value,
                                 SecretKind kind) const {
  SecretFields fields;
  fields.project = project_;
  fields.target_system = system_;
  fields.label = label;
  fields.kind = kind;
  fields.value = NewSecretValue{.value = SecretValue(value)};
  return fields;
}

StoredSecret SecretWorld::secret(const std::string& label, const std::string& value) {
  auto made = secrets_of().create(admin_, fields(label, value));
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? *std::move(made) : StoredSecret{};
}

Result<StoredSecret> SecretWorld::add(const std::string& value, bool make_current) {
  return secrets_of().add_value(admin_, secret_, NewSecretValue{.value = SecretValue(value)},
                                make_current);
}

SecretQuestion SecretWorld::question(std::string_view label) const {
  SecretQuestion question;
  question.asked.robot_key = key_->key.reveal();
  question.asked.project = "Finance";
  question.asked.target_system = "SAP";
  question.asked.label = label;
  question.asked.peer = "192.0.2.1";
  question.asked.request_id = "request";
  return question;
}

Result<SecretHandout> SecretWorld::ask(const SecretQuestion& question, SecretLookups& lookups) {
  std::promise<Result<SecretHandout>> answer;
  auto answered = answer.get_future();
  lookups.ask(question,
              [&](Result<SecretHandout> handout) { answer.set_value(std::move(handout)); });
  return answered.get();
}

std::string SecretWorld::letters(const Result<OpenedSecret>& opened) {
  if (!opened) return answer_of(opened);
  std::string text(opened->value.reveal());
  if (opened->next) text.append("/").append(opened->next->reveal());
  return text;
}

std::string SecretWorld::look_up(const SecretQuestion& question, SecretLookups& lookups) {
  const auto handout = ask(question, lookups);
  return handout ? letters(lookups.collect(*handout)) : answer_of(handout);
}

std::string SecretWorld::look_up_after_restart() {
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

}  // namespace strongroom::vault
