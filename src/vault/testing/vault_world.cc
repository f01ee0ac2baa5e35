#include "vault/testing/vault_world.h"

namespace strongroom::vault {

std::string answer_of(const Error& error) {
  std::string text(error.problem.view());
  if (text.empty()) {
    switch (error.code) {
      case Code::kInvalidArgument:
        text = "invalid";
        break;
      case Code::kUnauthenticated:
        text = "unauthenticated";
        break;
      case Code::kPermissionDenied:
        text = "denied";
        break;
      case Code::kNotFound:
        text = "not found";
        break;
      case Code::kConflict:
        text = "conflict";
        break;
      case Code::kPreconditionFailed:
        text = "changed meanwhile";
        break;
      case Code::kUnavailable:
        text = "unavailable";
        break;
      case Code::kCorrupt:
        text = "corrupt";
        break;
      default:
        text = "another error";
        break;
    }
  }
  const std::string field = field_of(error);
  return field.empty() ? text : text + " at " + field;
}

VaultWorld::VaultWorld() { admin_.grants = Permissions::all(); }
VaultWorld::~VaultWorld() = default;

void VaultWorld::SetUp() {
  auto store = storage::open_sqlite(
      {.path = directory_.file("state.db"), .on_mac_changes = row_sets_.observer()},
      storage::state_schema(), log_);
  ASSERT_TRUE(store.has_value()) << store.error().detail;
  store_ = *std::move(store);
  faults_ = std::make_unique<storage::FaultStore>(*store_);
  auto trail = audit::Trail::open({.path = directory_.file("audit.db"), .vfs = vfs_.name()},
                                  *store_, clock_, log_);
  ASSERT_TRUE(trail.has_value()) << trail.error().detail;
  trail_ = *std::move(trail);
  add_server_key();
  ASSERT_TRUE(row_sets_.open(*store_, sealer_).has_value());
  auto catalogue = catalogue::Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value());
  catalogue_ = std::make_unique<catalogue::Catalogue>(*std::move(catalogue));
  context_ = std::make_unique<Context>(Context{*faults_, *trail_, keys_, sealer_, random_, clock_,
                                               log_, *catalogue_, index_, network_});
}

void VaultWorld::TearDown() {
  if (was_tampered_with_ || !store_) return;
  EXPECT_EQ(answer_of(row_sets_.check(*store_)), "ok");
}

void VaultWorld::tamper(std::string_view sql) {
  storage::run_raw_sql(directory_.file("state.db"), sql);
  was_tampered_with_ = true;
}

void VaultWorld::add_server_key() {
  keys_.set_reserve([this](crypto::KeyId id, std::int64_t seals) {
    return store_->write(
        [&](storage::Transaction& tx) { return storage::reserve_seals(tx, id.uuid, seals); });
  });
  const auto key =
      keys_.make(crypto::make_id<crypto::KeyId>(clock_.now(), random_), crypto::KeyScope{});
  ASSERT_TRUE(key && keys_.install(*key));
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
    return storage::insert_data_key(tx, {key->id.uuid, key->scope, key->wrapped, 0, clock_.now()});
  }));
}

void VaultWorld::break_audit() {
  vfs_.fail_all_syncs(true);
  audit::Event event{.id = crypto::make_uuid(clock_.now(), random_),
                     .at = clock_.now(),
                     .action = audit::Action::kServerStarted};
  trail_->append(event, [](const Status&) {});
  EXPECT_FALSE(trail_->flush().has_value());
  ASSERT_FALSE(trail_->writable());
}

Actor VaultWorld::with(std::initializer_list<Permission> permissions) const {
  Actor actor = admin_;
  actor.grants = Permissions(permissions);
  return actor;
}

Actor VaultWorld::with(ProjectId project, Permissions permissions) const {
  Actor actor = admin_;
  actor.grants = {};
  actor.grants.add(project.uuid, permissions);
  return actor;
}

ProjectId VaultWorld::project(const std::string& name) {
  const auto made = projects().create(admin_, {name, {}});
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? made->id : ProjectId{};
}

TargetSystemFields VaultWorld::system_fields(const std::string& name,
                                             std::optional<ProjectId> project) {
  TargetSystemFields fields;
  fields.name = name;
  fields.project = project;
  fields.service_provider = "generic";
  fields.consumer_key = "consumer";
  fields.endpoint_parameters =
      std::map<std::string, std::string>{{"token_endpoint", "https://id.example/token"}};
  fields.consumer_secrets = secrets({"very-secret"});
  return fields;
}

std::vector<NewConsumerSecret> VaultWorld::secrets(const std::vector<std::string>& values) {
  std::vector<NewConsumerSecret> all;
  all.reserve(values.size());
  for (const std::string& value : values) all.push_back({oauth::ConsumerSecret(value), {}});
  return all;
}

TargetSystem VaultWorld::system(const std::string& name, std::optional<ProjectId> project) {
  auto made = systems().create(admin_, system_fields(name, project));
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? *std::move(made) : TargetSystem{};
}

OAuthClient VaultWorld::client(ProjectId project, TargetSystemId system, const std::string& label) {
  OAuthClientFields fields;
  fields.project = project;
  fields.target_system = system;
  fields.label = label;
  auto made = clients().create(admin_, fields);
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? *std::move(made) : OAuthClient{};
}

Robot VaultWorld::robot(ProjectId project, const std::string& path, const std::string& name) {
  RobotFields fields;
  fields.project = project;
  fields.path = path;
  fields.name = name;
  auto made = robots().create(admin_, fields);
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? *std::move(made) : Robot{};
}

void VaultWorld::give_token(OAuthClientId id) {
  const WallTime now = clock_.now();
  const Status stored = store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto epoch,
                   storage::claim_lease(tx, id.uuid, id.uuid, now, now + Seconds(60)));
    const storage::TokenRow token{.sealed = "sealed",
                                  .generation = 1,
                                  .token_type = "Bearer",
                                  .scope = "read",
                                  .fingerprint = "f",
                                  .lifetime = Milliseconds(3'600'000),
                                  .expires_at = now + Seconds(3600),
                                  .refreshed_at = now};
    STRONGROOM_TRY(const bool ours, storage::store_token(tx, id.uuid, epoch.value_or(0), token));
    EXPECT_TRUE(ours);
    tx.on_commit([&, token] { index_.put_retrieved(id, index_entry(clock_, token)); });
    return {};
  });
  ASSERT_TRUE(stored.has_value());
}

void VaultWorld::expect_index_as_after_restart(const std::vector<OAuthClientId>& clients) {
  LookupIndex fresh;
  Context other{*store_, *trail_, keys_,       sealer_, random_,
                clock_,  log_,    *catalogue_, fresh,   network_};
  ASSERT_TRUE(load_index(other).has_value());
  EXPECT_EQ(index_.client_count(), fresh.client_count());
  for (const OAuthClientId id : clients) {
    const auto has = index_.find(id).client;
    const auto wants = fresh.find(id).client;
    ASSERT_EQ(has == nullptr, wants == nullptr);
    if (!has) continue;
    EXPECT_EQ(has->label, wants->label);
    EXPECT_EQ(has->state, wants->state);
    EXPECT_EQ(has->project, wants->project);
    EXPECT_EQ(has->target_system, wants->target_system);
    EXPECT_EQ(has->target_system_held, wants->target_system_held);
    EXPECT_EQ(has->access.size(), wants->access.size());
    EXPECT_EQ(has->old_labels.size(), wants->old_labels.size());
    ASSERT_EQ(has->token == nullptr, wants->token == nullptr);
    if (has->token) {
      EXPECT_EQ(has->token->sealed, wants->token->sealed);
      EXPECT_EQ(has->token->is_former, wants->token->is_former);
    }
    EXPECT_EQ(resources_of(*has), resources_of(*wants));
  }
}

std::map<std::string, std::int64_t> VaultWorld::resources_of(const ClientEntry& client) {
  std::map<std::string, std::int64_t> generations;
  if (!client.resource_tokens) return generations;
  for (const ResourceToken& token : *client.resource_tokens) {
    generations[token.resource] = token.token->generation;
  }
  return generations;
}

bool VaultWorld::found(const std::string& project, const std::string& system,
                       const std::string& label) {
  return index_.find(project, system, label, clock_.now()).client != nullptr;
}

std::vector<std::string> VaultWorld::actions(std::size_t limit) {
  EXPECT_TRUE(trail_->flush().has_value());
  const auto page = trail_->list({.limit = limit});
  std::vector<std::string> actions;
  for (const auto& entry : page->entries) {
    const std::size_t at = entry.json.find("\"action\":\"") + 10;
    actions.push_back(entry.json.substr(at, entry.json.find('"', at) - at));
  }
  std::ranges::sort(actions);
  return actions;
}

}  // namespace strongroom::vault
