#include "backup/rights.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backup/clients.h"
#include "backup/engine_rights.h"
#include "backup/examine.h"
#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "crypto/encoding.h"
#include "identity/suspension_record.h"
#include "storage/database_copy.h"
#include "storage/restore_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/server_setting_rows.h"
#include "vault/restored_clients.h"
#include "vault/robot_inputs.h"
#include "vault/root_keys.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"
#include "vault/server_settings.h"
#include "vault/testing/secret_world.h"

namespace strongroom::backup {
namespace {

using storage::Snapshot;
using storage::Transaction;
using vault::answer_of;

// A column of all rows of a table, changed by somebody who has no key.
struct Forgery {
  std::string table;
  std::string column;
  std::string value;

  // Keeps what there was.
  std::string sql() const {
    return "CREATE TABLE before AS SELECT rowid AS r, " + column + " AS v FROM " + table +
           "; UPDATE " + table + " SET " + column + " = " + value;
  }
  std::string undo() const {
    return "UPDATE " + table + " SET " + column + " = (SELECT v FROM before WHERE r = " + table +
           ".rowid); DROP TABLE before";
  }
};

// A server with a Basic Engine Robot, rules and keys, of which a backup is made, and which goes on.
class RightsTest : public vault::SecretWorld {
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
    ASSERT_TRUE(taken.has_value()) << answer_of(taken);
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

  // Copies both databases as they are now.
  void back_up() {
    ASSERT_TRUE(trail_->flush().has_value());
    std::filesystem::create_directory(directory_.file("restored"));
    for (const char* const part : {"state.db", "audit.db"}) {
      ASSERT_TRUE(storage::copy_database(directory_.file(part), restored(part)).has_value());
    }
    auto reader = storage::EventReader::open(restored("audit.db"));
    ASSERT_TRUE(reader->read([&](Snapshot& snapshot) -> Status {
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
    ASSERT_TRUE(taken.has_value()) << answer_of(taken);
    ASSERT_TRUE(
        set_basic_engine_access(*data_, access, newer, random_, clock_.now(), report_).has_value());
  }
  void open() {
    data_.reset();
    auto opened =
        OpenData::open(directory_.file("restored"), surroundings_, crypto::test_root_key());
    ASSERT_TRUE(opened.has_value()) << answer_of(opened);
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
  T read(UniqueFunction<Result<T>(Snapshot&)> work) {
    auto found = storage::read<T>(data_->store(), std::move(work));
    EXPECT_TRUE(found.has_value()) << answer_of(found);
    return found ? *std::move(found) : T{};
  }
  std::vector<storage::SuspensionRow> suspensions() {
    return read<std::vector<storage::SuspensionRow>>(storage::all_suspensions);
  }
  // Of the robot's inputs in the restored state: name and reason.
  std::string inputs() {
    const auto rows = read<std::vector<storage::RobotInputRow>>(
        [&](Snapshot& snapshot) { return storage::inputs_of_robot(snapshot, engine_.uuid); });
    std::string text;
    for (const auto& row : rows) {
      EXPECT_TRUE(vault::check_mac(data_->sealer(), row).has_value());
      text.append(row.name).append("=").append(row.invalid_reason).append(" ");
    }
    return text;
  }
  bool is_ticked(vault::OAuthClientId id) {
    const auto row = read<std::optional<storage::OAuthClientRow>>(
        [&](Snapshot& snapshot) { return storage::find_oauth_client(snapshot, id.uuid); });
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
    const auto row = read<std::optional<storage::SecretAccessRow>>(
        [&](Snapshot& snapshot) { return storage::find_secret_access(snapshot, rule_.uuid); });
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
              [&](Transaction& tx) { return storage::reserve_seals(tx, id.uuid, seals); });
        });
        return vault::open_data_keys(store, keys, random_, log_);
      }};
  std::unique_ptr<OpenData> data_;
};

// P16: the box is on, and nothing is delivered until somebody says that the input still counts.
TEST_F(RightsTest, WithoutAnythingNewerInputsAreSuspendedAndTheBoxIsOn) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  EXPECT_EQ(inputs(), "mail=restored ");
  EXPECT_EQ(report_.suspended.robot_inputs, 1);
  EXPECT_TRUE(is_ticked(client_));
  EXPECT_FALSE(is_ticked(other_));
  EXPECT_FALSE(is_forbidden());
  EXPECT_EQ(report_.warnings.size(), 1U) << "nobody knows whether they were forbidden since";
  const auto rows = suspensions();
  const auto input = std::ranges::find(rows, kRobotInputKind, &storage::SuspensionRow::kind);
  ASSERT_NE(input, rows.end());
  EXPECT_EQ(input->name, "Legacy: mail");
}

// P16.
TEST_F(RightsTest, ATrailThatSaysNothingOfThemConfirmsInputs) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail= ");
  EXPECT_TRUE(is_ticked(client_));
  EXPECT_TRUE(suspensions().empty());
  EXPECT_TRUE(report_.warnings.empty());
}

TEST_F(RightsTest, AnInputThatWasRemovedSinceIsNotRevivedAndCannotBeLifted) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=not_revived ") << "its robot is not launched without it";
  EXPECT_EQ(report_.not_revived.robot_inputs, 1);
  EXPECT_TRUE(suspensions().empty());
  EXPECT_FALSE(is_ticked(client_)) << "no restored input takes it";
}

TEST_F(RightsTest, AnInputOfAnotherClientSinceIsNotRevivedAndOneThatWasPutBackIsSuspended) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({{"mail", other_}});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=not_revived ");
  take({});
  take({{"mail", client_}});
  std::filesystem::remove_all(directory_.file("restored"));
  data_.reset();
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({});
  take({{"mail", client_}});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=restored ") << "the trail knows the client by its label alone";
}

TEST_F(RightsTest, InputsOfARobotThatWasDeletedSinceAreSuspendedLikeItsKeys) {
  const auto key = robots().create_key(admin_, engine_);
  ASSERT_TRUE(key.has_value());
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_TRUE(robots().remove(admin_, engine_, {}).has_value());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=restored ");
  EXPECT_EQ(report_.suspended.robot_keys, 1) << "a key of a deleted robot opens nothing";
  EXPECT_EQ(report_.suspended.robot_inputs, 1);
  EXPECT_EQ(report_.suspended.robot_access, 0);
}

TEST_F(RightsTest, ABoxThatWasUntickedSinceIsNotTickedWhateverIsAskedFor) {
  tick(client_, true);
  ASSERT_NO_FATAL_FAILURE(back_up());
  tick(client_, false);
  const Newer since = newer();
  for (const auto access : {BasicEngineAccess::kRestored, BasicEngineAccess::kAsSaved}) {
    ASSERT_NO_FATAL_FAILURE(restore(since, access));
    EXPECT_FALSE(is_ticked(client_));
    EXPECT_TRUE(report_.basic_engine_clients.empty());
  }
}

TEST_F(RightsTest, ABoxThatWasTickedAndUntickedSinceStaysOffAndOneThatIsOnIsOn) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  tick(client_, true);
  tick(client_, false);
  tick(other_, true);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_FALSE(is_ticked(client_));
  EXPECT_FALSE(is_ticked(other_)) << "the backup has it off, and a restore gives no rights";
}

TEST_F(RightsTest, TheSwitchThatForbidsThemIsSetIfItWasSetSince) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  forbid(true);
  const Newer forbidden = newer();
  forbid(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_FALSE(is_forbidden());
  ASSERT_NO_FATAL_FAILURE(restore(forbidden));
  EXPECT_TRUE(is_forbidden());
  EXPECT_EQ(report_.not_revived.others, 1);
}

TEST_F(RightsTest, WhatIsForbiddenInTheBackupStaysSoAlthoughItWasAllowedSince) {
  forbid(true);
  ASSERT_NO_FATAL_FAILURE(back_up());
  forbid(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_TRUE(is_forbidden());
}

// What the first restore suspended is in its own trail, which goes on from the backup's.
TEST_F(RightsTest, AnotherRestoreOverTheFirstOneRevivesNothingThatThatSuspended) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  std::filesystem::copy(directory_.file("restored"), directory_.file("kept"));
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  const auto first = report_.suspended;
  const Newer after = newer_of_restored();
  ASSERT_TRUE(after.confirms);
  data_.reset();
  std::filesystem::remove_all(directory_.file("restored"));
  std::filesystem::copy(directory_.file("kept"), directory_.file("restored"));
  ASSERT_NO_FATAL_FAILURE(restore(after));
  EXPECT_EQ(report_.suspended.robot_keys, first.robot_keys);
  EXPECT_EQ(report_.suspended.robot_access, first.robot_access);
  EXPECT_EQ(report_.suspended.robot_inputs, first.robot_inputs);
  EXPECT_EQ(first.robot_inputs, 1);
  EXPECT_EQ(reason_of_secret_rule(), "restored");
}

// A key that one restore suspended, and somebody revoked then, is not one to lift after the next.
TEST_F(RightsTest, WhatWasRevokedWhileItWasSuspendedIsNotListedByTheNextRestore) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  Newer since;
  since.confirms = true;
  since.revoked.insert(key_->info.id.uuid);
  const auto of_key = [&] {
    return std::ranges::count(suspensions(), kRobotKeyKind, &storage::SuspensionRow::kind);
  };
  ASSERT_EQ(of_key(), 1);
  ASSERT_NO_FATAL_FAILURE(restore(since));
  EXPECT_EQ(of_key(), 0);
}

TEST_F(RightsTest, RulesOfBothKindsAreTakenAlike) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_TRUE(access().revoke(admin_, rule_).has_value());
  Newer since = newer();
  since.invalid_rules.insert(rule_of_client_.uuid);
  ASSERT_NO_FATAL_FAILURE(restore(since));
  EXPECT_EQ(reason_of_secret_rule(), "gone");
  EXPECT_EQ(report_.not_revived.robot_access, 1);
  EXPECT_EQ(report_.suspended.robot_access, 1);
  const auto rows = suspensions();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().kind, kRobotAccessKind);
  EXPECT_EQ(rows.front().subject_id, rule_of_client_.uuid);
}

// Each with the MAC of another content, which no digest of a set of rows shows.
TEST_F(RightsTest, AForgedRowIsFoundBeforeAnythingIsRestored) {
  forbid(true);
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  ASSERT_TRUE(data_->store().write([&](Transaction& tx) {
    return vault::put_restore_mark(data_->sealer(), tx, client_.uuid, storage::kQuarantineMark,
                                   clock_.now());
  }));
  ASSERT_TRUE(data_->trail().flush().has_value());
  data_.reset();
  for (const Forgery& forgery : std::vector<Forgery>{
           {"robot_inputs", "invalid_reason", "''"},
           {"server_settings", "value", "'no'"},
           {"restore_marks", "at", "at + 1"},
           {"suspensions", "name", "'somebody else'"},
           {"suspensions", "at", "at + 1"},
           {"secrets", "user_name", "'root'"},
           {"secret_values", "fingerprint", "'another'"},
           {"secret_access", "invalid_reason", "''"},
           {"robot_keys", "revoked_at", "NULL"},
       }) {
    tamper_restored(forgery.sql());
    open();
    ASSERT_NE(data_, nullptr);
    const auto examined = examine(*data_);
    EXPECT_EQ(answer_of(examined), "corrupt") << forgery.table << " " << forgery.column;
    if (!examined) {
      EXPECT_TRUE(examined.error().detail.starts_with(forgery.table)) << examined.error().detail;
    }
    data_.reset();
    tamper_restored(forgery.undo());
  }
  open();
  EXPECT_EQ(answer_of(examine(*data_)), "ok") << "all of them are as they were";
}

// Even if nobody had examined it.
TEST_F(RightsTest, AForgedRowIsNotSignedAnew) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  for (const char* const sql : {
           "UPDATE robot_keys SET restrictions = '{}'",
           "UPDATE robot_access SET path_pattern = '**', pattern_key = '**', robot_id = NULL",
           "UPDATE secret_access SET path_pattern = '**', pattern_key = '**', robot_id = NULL",
           "UPDATE robot_inputs SET oauth_client_id = zeroblob(16)",
       }) {
    std::filesystem::copy_file(restored("state.db"), directory_.file("state.kept"),
                               std::filesystem::copy_options::overwrite_existing);
    tamper_restored(sql);
    open();
    ASSERT_NE(data_, nullptr);
    RestoreReport report;
    EXPECT_EQ(answer_of(take_rights(*data_, Newer{}, random_, clock_.now(), report)), "corrupt")
        << sql;
    data_.reset();
    for (const char* const rest : {"state.db-wal", "state.db-shm"}) {
      std::filesystem::remove(restored(rest));
    }
    std::filesystem::copy_file(directory_.file("state.kept"), restored("state.db"),
                               std::filesystem::copy_options::overwrite_existing);
  }
}

TEST_F(RightsTest, TheMacOfASuspensionCoversAllOfIt) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  const storage::SuspensionRow row = suspensions().front();
  const auto genuine = [&](const storage::SuspensionRow& one) {
    return *identity::is_genuine(data_->sealer(), one);
  };
  ASSERT_TRUE(genuine(row));
  std::vector<storage::SuspensionRow> forged(6, row);
  forged[0].kind = "user";
  forged[1].subject_id = client_.uuid;
  forged[2].name += "!";
  forged[3].project_id = {};
  forged[3].project_id.bytes.back() = std::byte{7};
  forged[4].at += Milliseconds(1);
  forged[5].id = client_.uuid;
  for (const auto& one : forged) EXPECT_FALSE(genuine(one));
}

}  // namespace
}  // namespace strongroom::backup
