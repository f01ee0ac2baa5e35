#pragma once
// What the tests of rights after a restore stand on: a server that a backup is made of, that goes
// on, and over which the backup is restored.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backup/clients.h"
#include "backup/examine.h"
#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/rights.h"
#include "crypto/encoding.h"
#include "storage/database_copy.h"
#include "storage/learned_value_rows.h"
#include "storage/registration_rows.h"
#include "storage/restore_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/server_setting_rows.h"
#include "vault/learned_place.h"
#include "vault/registration_record.h"
#include "vault/robot_inputs.h"
#include "vault/root_keys.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"
#include "vault/server_settings.h"
#include "vault/testing/secret_world.h"

namespace strongroom::backup {

// A server with a Basic Engine Robot, rules and keys, of which a backup is made, and which goes on.
class RightsWorld : public vault::SecretWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SecretWorld::SetUp());
    client_ = client(project_, system_, "mail").id;
    other_ = client(project_, system_, "files").id;
    vault::RobotFields fields;
    fields.project = project_;
    fields.path = "old";
    fields.name = "Legacy";
    fields.kind = vault::RobotKind::kBasicEngine;
    engine_ = robots().create(admin_, fields)->id;
    take({{"mail", client_}});
    rule_of_client_ = rules().grant(admin_, {client_, robot_, {}})->id;
  }

  void take(const std::vector<vault::NewRobotInput>& inputs) {
    vault::RobotInputLists lists(*context_);
    const auto now = lists.get(admin_, engine_);
    const auto taken = lists.replace(admin_, engine_, now ? now->revision : 0, inputs);
    ASSERT_TRUE(taken.has_value()) << vault::answer_of(taken);
  }
  void tick(vault::OAuthClientId id, bool on) {
    vault::OAuthClientFields fields;
    fields.allow_basic_engine_robots = on;
    const auto now = clients().get(admin_, id);
    ASSERT_TRUE(clients().update(admin_, id, now->stamps.revision, fields).has_value());
  }
  void forbid(bool on) {
    ASSERT_TRUE(vault::ServerSwitches(*context_).change(admin_, {on}).has_value());
  }

  // The target system registered by itself, and has a token to manage that with.
  void register_by_itself(vault::TargetSystemId id, std::optional<WallTime> next_try_at) {
    const auto system = systems().get(admin_, id);
    const auto stored = storage::read<std::optional<storage::TargetSystemRow>>(
        *store_,
        [&](storage::Snapshot& snapshot) { return find_target_system(snapshot, id.uuid); });
    ASSERT_TRUE(system.has_value() && stored.has_value() && stored->has_value());
    storage::RegistrationRow row{.target_system_id = id.uuid,
                                 .kind = std::string(vault::kDynamicRegistration),
                                 .issuer = "https://id.example",
                                 .client_id = "given",
                                 .configuration_endpoint = "https://id.example/reg/given",
                                 .created_at = clock_.now(),
                                 .next_try_at = next_try_at};
    ASSERT_TRUE(vault::seal_registration_token(*context_, **stored, *system,
                                               oauth::RegistrationAccessToken("manage"), row)
                    .has_value());
    ASSERT_TRUE(store_
                    ->write([&](storage::Transaction& tx) {
                      return vault::store_registration(*context_, tx, row);
                    })
                    .has_value());
  }
  // What came with the client's tokens.
  void learn(vault::OAuthClientId id, const std::string& values, std::int64_t generation = 1) {
    storage::LearnedValuesRow row{
        .oauth_client_id = id.uuid, .generation = generation, .sealed_values = {}};
    const auto sealed = sealer_.seal(vault::learned_place(row), values);
    ASSERT_TRUE(sealed.has_value());
    row.sealed_values = *sealed;
    ASSERT_TRUE(
        store_
            ->write([&](storage::Transaction& tx) { return storage::put_learned_values(tx, row); })
            .has_value());
  }

  // Copies both databases as they are now.
  void back_up() {
    ASSERT_TRUE(trail_->flush().has_value());
    std::filesystem::create_directory(directory_.file("restored"));
    for (const char* const part : {"state.db", "audit.db"}) {
      ASSERT_TRUE(storage::copy_database(directory_.file(part), restored(part)).has_value());
    }
    auto reader = storage::EventReader::open(restored("audit.db"));
    ASSERT_TRUE(reader->read([&](storage::Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(const auto events, storage::events_after(snapshot, 0, 10'000));
      manifest_.audit_events = events.back().sequence;
      manifest_.audit_head = crypto::hex(std::as_bytes(std::span(events.back().hash)));
      return {};
    }));
  }
  std::string restored(const std::string& part) const {
    return directory_.file("restored/" + part);
  }

  // What the trail of the server that went on says.
  Newer newer() {
    EXPECT_TRUE(trail_->flush().has_value());
    const std::string copy = directory_.file("newer-" + std::to_string(++copies_));
    EXPECT_TRUE(storage::copy_database(directory_.file("audit.db"), copy).has_value());
    Newer found;
    const Status read = read_newer_trail(copy, manifest_, found);
    EXPECT_TRUE(read.has_value()) << read.error().detail;
    return found;
  }

  // Opens what was copied, and takes the rights.
  void restore(const Newer& newer, BasicEngineAccess access = BasicEngineAccess::kRestored) {
    open();
    ASSERT_NE(data_, nullptr);
    ASSERT_TRUE(examine(*data_).has_value());
    report_ = {};
    const Status taken = take_rights(*data_, newer, random_, clock_.now(), report_);
    ASSERT_TRUE(taken.has_value()) << vault::answer_of(taken);
    ASSERT_TRUE(
        set_basic_engine_access(*data_, access, newer, random_, clock_.now(), report_).has_value());
  }
  void open() {
    data_.reset();
    auto opened =
        OpenData::open(directory_.file("restored"), surroundings_, crypto::test_root_key());
    ASSERT_TRUE(opened.has_value()) << vault::answer_of(opened);
    data_ = *std::move(opened);
    ASSERT_TRUE(data_->open_trail().has_value());
  }
  // Another restore of the same backup, over what this one left.
  Newer newer_of_restored() {
    EXPECT_TRUE(data_->trail().flush().has_value());
    Newer found;
    const std::string copy = directory_.file("again-" + std::to_string(++copies_));
    EXPECT_TRUE(storage::copy_database(restored("audit.db"), copy).has_value());
    EXPECT_TRUE(read_newer_trail(copy, manifest_, found).has_value());
    return found;
  }
  void tamper_restored(std::string_view sql) { storage::run_raw_sql(restored("state.db"), sql); }

  template <class T>
  T read(UniqueFunction<Result<T>(storage::Snapshot&)> work) {
    auto found = storage::read<T>(data_->store(), std::move(work));
    EXPECT_TRUE(found.has_value()) << vault::answer_of(found);
    return found ? *std::move(found) : T{};
  }
  std::vector<storage::SuspensionRow> suspensions() {
    return read<std::vector<storage::SuspensionRow>>(storage::all_suspensions);
  }
  // Of the robot's inputs in the restored state: name and reason.
  std::string inputs() {
    const auto rows = read<std::vector<storage::RobotInputRow>>([&](storage::Snapshot& snapshot) {
      return storage::inputs_of_robot(snapshot, engine_.uuid);
    });
    std::string text;
    for (const auto& row : rows) {
      EXPECT_TRUE(vault::check_mac(data_->sealer(), row).has_value());
      text.append(row.name).append("=").append(row.invalid_reason).append(" ");
    }
    return text;
  }
  bool is_ticked(vault::OAuthClientId id) {
    const auto row = read<std::optional<storage::OAuthClientRow>>(
        [&](storage::Snapshot& snapshot) { return storage::find_oauth_client(snapshot, id.uuid); });
    return row && row->allow_basic_engine_robots;
  }
  bool is_forbidden() {
    const auto rows = read<std::vector<storage::ServerSettingRow>>(storage::all_server_settings);
    for (const auto& row : rows) {
      EXPECT_TRUE(vault::check_mac(data_->sealer(), row).has_value());
      if (row.name == vault::kBasicEngineForbidden) return row.value == vault::kYes;
    }
    return false;
  }
  std::string reason_of_secret_rule() {
    const auto row =
        read<std::optional<storage::SecretAccessRow>>([&](storage::Snapshot& snapshot) {
          return storage::find_secret_access(snapshot, rule_.uuid);
        });
    return row ? row->invalid_reason : "gone";
  }

  vault::OAuthClientId client_;
  vault::OAuthClientId other_;
  vault::RobotId engine_;
  vault::RobotAccessId rule_of_client_;
  Manifest manifest_;
  RestoreReport report_;
  int copies_ = 0;
  Surroundings surroundings_{
      .clock = clock_,
      .random = random_,
      .log = log_,
      .program = "test",
      .root_key = []() -> Result<crypto::RootKey> { return crypto::test_root_key(); },
      .load_keys = [this](storage::Store& store, crypto::KeyRing& keys) -> Status {
        keys.set_reserve([&store](crypto::KeyId id, std::int64_t seals) {
          return store.write(
              [&](storage::Transaction& tx) { return storage::reserve_seals(tx, id.uuid, seals); });
        });
        return vault::open_data_keys(store, keys, random_, log_);
      }};
  std::unique_ptr<OpenData> data_;
};

}  // namespace strongroom::backup
