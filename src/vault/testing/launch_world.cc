#include "vault/testing/launch_world.h"

namespace strongroom::vault {

LaunchWorld::LaunchWorld() = default;
LaunchWorld::~LaunchWorld() = default;

void LaunchWorld::SetUp() {
  VaultWorld::SetUp();
  project_ = project("Finance");
  system_ = system("CRM").id;
  mail_ = client_with_box("mail");
  files_ = client_with_box("files");
  robot_ = robot_of_kind("old", "Legacy", RobotKind::kBasicEngine);
  runner_ = robot_of_kind("machines", "Machine", RobotKind::kRunner);
  use_key({});
  inputs_ = std::make_unique<RobotInputLists>(*context_);
  switches_ = std::make_unique<ServerSwitches>(*context_);
  retrievals_ = std::make_unique<Retrievals>(
      *context_, provider_.client(),
      Retrievals::Workers{.start = [](Task task) { return task(), true; },
                          .finish = [](Task task) { return task(), true; }},
      crypto::make_uuid(clock_.now(), random_));
  limit({});
  EXPECT_EQ(take({{"mail", mail_}, {"files", files_}}), "ok");
}

void LaunchWorld::limit(const RateLimit& limit) {
  lookups_ = std::make_unique<Lookups>(*context_, *retrievals_, limit);
  launches_ = std::make_unique<Launches>(*context_, *retrievals_, *lookups_);
}

RobotId LaunchWorld::robot_of_kind(const std::string& path, const std::string& name,
                                   RobotKind kind) {
  RobotFields fields;
  fields.project = project_;
  fields.path = path;
  fields.name = name;
  fields.kind = kind;
  if (kind == RobotKind::kRunner) fields.serves = {"old"};
  const auto made = robots().create(admin_, fields);
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? made->id : RobotId{};
}

OAuthClientId LaunchWorld::client_with_box(const std::string& label) {
  const OAuthClientId id = client(project_, system_, label).id;
  tick(id, true);
  put_token(id, label + "-token");
  return id;
}

void LaunchWorld::tick(OAuthClientId id, bool is_ticked) {
  OAuthClientFields fields;
  fields.allow_basic_engine_robots = is_ticked;
  change(id, fields);
}

void LaunchWorld::change(OAuthClientId id, const OAuthClientFields& fields) {
  const auto now = clients().get(admin_, id);
  ASSERT_TRUE(now.has_value());
  const auto changed = clients().update(admin_, id, now->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
}

void LaunchWorld::disable(OAuthClientId id) {
  OAuthClientFields fields;
  fields.disabled = true;
  change(id, fields);
}

void LaunchWorld::change(RobotId id, const RobotFields& fields) {
  const auto now = robots().get(admin_, id);
  const auto changed = robots().update(admin_, id, now->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
}

void LaunchWorld::serve(const std::string& path) {
  RobotFields fields;
  fields.serves = {path};
  change(runner_, fields);
}

void LaunchWorld::become(RobotKind kind) {
  RobotFields fields;
  fields.kind = kind;
  change(robot_, fields);
}

KeyRestrictions LaunchWorld::restricted(std::vector<std::string> addresses,
                                        std::optional<std::int64_t> max_uses,
                                        std::vector<OAuthClientId> clients) {
  KeyRestrictions restrictions;
  restrictions.addresses = std::move(addresses);
  restrictions.max_uses = max_uses;
  restrictions.oauth_clients = std::move(clients);
  return restrictions;
}

std::string LaunchWorld::take(const std::vector<NewRobotInput>& inputs,
                              const std::optional<Actor>& actor) {
  const auto now = inputs_->get(admin_, robot_);
  return answer_of(
      inputs_->replace(actor.value_or(admin_), robot_, now ? now->revision : 0, inputs));
}

void LaunchWorld::forbid(bool is_forbidden) {
  ASSERT_TRUE(switches_->change(admin_, {is_forbidden}).has_value());
}

void LaunchWorld::kill(KillScope scope, const Uuid& id) {
  Kills kills(*context_);
  const auto set = kills.set(
      admin_, {.subject = {.scope = scope, .id = id}, .reason = "r", .revoke_upstream = false});
  ASSERT_TRUE(set.has_value()) << answer_of(set);
}

void LaunchWorld::put_token(OAuthClientId id, const std::string& text, bool is_bound) {
  auto token = std::make_shared<TokenEntry>();
  token->generation = 1;
  token->lifetime = Milliseconds(3'600'000);
  token->deadline = Deadline::after(clock_.now(), clock_.boot_now(), *token->lifetime);
  token->expires_at = token->deadline->wall;
  token->is_bound = is_bound;
  token->fingerprint = std::string(32, 'f');
  const auto sealed = sealer_.seal({.table = "oauth_clients",
                                    .row = id.uuid,
                                    .column = "sealed_token",
                                    .scope = project_.uuid,
                                    .generation = 1},
                                   text);
  ASSERT_TRUE(sealed.has_value());
  token->sealed = *sealed;
  index_.put_retrieved(id, std::move(token));
}

void LaunchWorld::use_key(const KeyRestrictions& restrictions) {
  if (key_) {
    ASSERT_TRUE(robots().revoke_key(admin_, runner_, key_->info.id).has_value());
  }
  auto key = robots().create_key(admin_, runner_, restrictions);
  ASSERT_TRUE(key.has_value()) << answer_of(key);
  key_ = std::make_unique<NewRobotKey>(*std::move(key));
}

Result<Launch> LaunchWorld::ask(std::string_view robot) {
  std::promise<Result<Launch>> answered;
  launches_->ask({.robot_key = key_->key.reveal(),
                  .proven = {},
                  .robot = robot,
                  .peer = "127.0.0.1",
                  .request_id = "r"},
                 [&](Result<Launch> answer) { answered.set_value(std::move(answer)); });
  return answered.get_future().get();
}

std::string LaunchWorld::collected(const Launch& launch) {
  std::string all;
  for (std::size_t i = 0; i < launch.inputs.size(); ++i) {
    all += launch.inputs[i].entry.name + "=";
    const Status opened = launches_->collect(launch, i, all);
    if (!opened) return told(opened.error());
    all += " ";
  }
  return all;
}

std::string LaunchWorld::told(const Error& error) {
  std::string text = answer_of(error);
  if (const auto* const input = error.find("input")) {
    text += " " + std::get<VisibleName>(*input).text;
  }
  if (const auto* const why = error.find("why")) text += " " + std::get<VisibleName>(*why).text;
  return text;
}

std::string LaunchWorld::launched(std::string_view robot) {
  const auto launch = ask(robot);
  return launch ? collected(*launch) : told(launch.error());
}

std::vector<audit::Trail::Entry> LaunchWorld::events(const std::string& action) {
  EXPECT_TRUE(trail_->flush().has_value());
  return trail_->list({.action = action, .limit = 100})->entries;
}

std::string LaunchWorld::last_reason() {
  lookups_->write_denials(true);
  EXPECT_TRUE(trail_->flush().has_value());
  const auto page = trail_->list({.action = "launch.denied", .limit = 1});
  if (page->entries.empty()) return "none";
  const std::string& json = page->entries.front().json;
  const std::string name = R"("reason":")";
  const std::size_t at = json.find(name) + name.size();
  return json.substr(at, json.find('"', at) - at);
}

}  // namespace strongroom::vault
