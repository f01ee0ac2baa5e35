#pragma once
// A vault on a real database and a real audit trail, with a clock that stands still.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "audit/trail.h"
#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/test_vault_keys.h"
#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "storage/sqlite_store.h"
#include "storage/testing/fault_store.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"
#include "storage/testing/temporary_directory.h"
#include "storage/token_rows.h"
#include "vault/context.h"
#include "vault/index_entries.h"
#include "vault/index_loader.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/row_sets.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// The field that an error points at; empty if there is none.
inline std::string field_of(const Error& error) {
  const ErrorValue* field = error.find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

// "ok", or the problem's name, or the code's number with the field: for one EXPECT_EQ.
template <class T>
std::string answer_of(const Result<T>& result) {
  if (result) return "ok";
  const Error& error = result.error();
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

class VaultWorld : public testing::Test {
 protected:
  VaultWorld() { admin_.grants = Permissions::all(); }

  void SetUp() override {
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

  // Whatever a test did, the digests of the rows are those of the rows that there are.
  void TearDown() override {
    if (was_tampered_with_ || !store_) return;
    EXPECT_EQ(answer_of(row_sets_.check(*store_)), "ok");
  }
  // What somebody does who can write to the database and has no key.
  void tamper(std::string_view sql) {
    storage::run_raw_sql(directory_.file("state.db"), sql);
    was_tampered_with_ = true;
  }

  // Reserving nonces writes to the database, so sealing inside a transaction fails in every test.
  void add_server_key() {
    keys_.set_reserve([this](crypto::KeyId id, std::int64_t seals) {
      return store_->write(
          [&](storage::Transaction& tx) { return storage::reserve_seals(tx, id.uuid, seals); });
    });
    const auto key =
        keys_.make(crypto::make_id<crypto::KeyId>(clock_.now(), random_), crypto::KeyScope{});
    ASSERT_TRUE(key && keys_.install(*key));
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
      return storage::insert_data_key(tx,
                                      {key->id.uuid, key->scope, key->wrapped, 0, clock_.now()});
    }));
  }

  // From now on no event can be made durable.
  void break_audit() {
    vfs_.fail_all_syncs(true);
    audit::Event event{.id = crypto::make_uuid(clock_.now(), random_),
                       .at = clock_.now(),
                       .action = audit::Action::kServerStarted};
    trail_->append(event, [](const Status&) {});
    EXPECT_FALSE(trail_->flush().has_value());
    ASSERT_FALSE(trail_->writable());
  }

  Actor with(std::initializer_list<Permission> permissions) const {
    Actor actor = admin_;
    actor.grants = Permissions(permissions);
    return actor;
  }

  // Whoever has these in one project alone.
  Actor with(ProjectId project, Permissions permissions) const {
    Actor actor = admin_;
    actor.grants = {};
    actor.grants.add(project.uuid, permissions);
    return actor;
  }

  ProjectId project(const std::string& name) {
    const auto made = projects().create(admin_, {name, {}});
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : ProjectId{};
  }
  static TargetSystemFields system_fields(const std::string& name,
                                          std::optional<ProjectId> project = {}) {
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
  static std::vector<NewConsumerSecret> secrets(const std::vector<std::string>& values) {
    std::vector<NewConsumerSecret> all;
    all.reserve(values.size());
    for (const std::string& value : values) all.push_back({oauth::ConsumerSecret(value), {}});
    return all;
  }
  TargetSystem system(const std::string& name, std::optional<ProjectId> project = {}) {
    auto made = systems().create(admin_, system_fields(name, project));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  OAuthClient client(ProjectId project, TargetSystemId system, const std::string& label) {
    OAuthClientFields fields;
    fields.project = project;
    fields.target_system = system;
    fields.label = label;
    auto made = clients().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : OAuthClient{};
  }
  Robot robot(ProjectId project, const std::string& path, const std::string& name) {
    RobotFields fields;
    fields.project = project;
    fields.path = path;
    fields.name = name;
    auto made = robots().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : Robot{};
  }
  // Stores a token as a retrieval would.
  void give_token(OAuthClientId id) {
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

  // Whether the index is what a restart would make of the database: for these clients, all of what
  // decides an answer.
  void expect_index_as_after_restart(const std::vector<OAuthClientId>& clients) {
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

  static std::map<std::string, std::int64_t> resources_of(const ClientEntry& client) {
    std::map<std::string, std::int64_t> generations;
    if (!client.resource_tokens) return generations;
    for (const ResourceToken& token : *client.resource_tokens) {
      generations[token.resource] = token.token->generation;
    }
    return generations;
  }

  // Runs `flow` with its n-th call of the store failing, for every n, before and after it took
  // effect; `check` then looks at what is left.
  template <class Flow, class Check>
  void with_every_fault(Flow flow, Check check) {
    using Kind = storage::FaultStore::Kind;
    for (const Kind kind : {Kind::kBefore, Kind::kAfter}) {
      for (int n = 1; n < 20; ++n) {
        faults_->fail_call(n, kind);
        const bool succeeded = flow();
        const bool failed = faults_->has_failed();
        faults_->fail_call(0);
        EXPECT_NE(succeeded, failed);
        check(failed);
        if (!failed) break;
      }
    }
  }

  bool found(const std::string& project, const std::string& system, const std::string& label) {
    return index_.find(project, system, label, clock_.now()).client != nullptr;
  }
  // The newest actions of the audit trail, in the order of the alphabet: this clock stands still,
  // and events of one moment have no order.
  std::vector<std::string> actions(std::size_t limit) {
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

  Projects projects() { return Projects(*context_); }
  TargetSystems systems() { return TargetSystems(*context_); }
  OAuthClients clients() { return OAuthClients(*context_); }
  Robots robots() { return Robots(*context_); }
  RobotAccessRules rules() { return RobotAccessRules(*context_); }

  Actor admin_;
  storage::TemporaryDirectory directory_;
  storage::LossyVfs vfs_;
  FakeClock clock_;
  crypto::CountingRandom random_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  crypto::KeyRing keys_{crypto::test_root_key(), random_};
  crypto::Sealer sealer_{keys_, random_};
  LookupIndex index_;
  oauth::Network network_;
  RowSets row_sets_;
  bool was_tampered_with_ = false;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::FaultStore> faults_;
  std::unique_ptr<catalogue::Catalogue> catalogue_;
  std::unique_ptr<audit::Trail> trail_;
  std::unique_ptr<Context> context_;
};

}  // namespace strongroom::vault
