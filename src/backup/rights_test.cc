#include "backup/rights.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "backup/testing/rights_world.h"
#include "identity/user_record.h"
#include "storage/calendar_feed_rows.h"
#include "storage/registration_rows.h"
#include "vault/restored_clients.h"

namespace strongroom::backup {
namespace {

using storage::Transaction;
using vault::answer_of;
using RightsTest = RightsWorld;

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

// A copy beside the living server would end that one's token and secret.
TEST_F(RightsTest, NoRegistrationIsRenewedByItself) {
  const vault::TargetSystemId lasting = system("CRM").id;
  ASSERT_NO_FATAL_FAILURE(register_by_itself(system_, clock_.now()));
  ASSERT_NO_FATAL_FAILURE(register_by_itself(lasting, std::nullopt));
  ASSERT_NO_FATAL_FAILURE(back_up());
  const Newer confirmed = newer();
  ASSERT_TRUE(confirmed.confirms);
  ASSERT_NO_FATAL_FAILURE(restore(confirmed));
  const auto rows = read<std::vector<storage::RegistrationRow>>(storage::all_registrations);
  ASSERT_EQ(rows.size(), 2U);
  for (const storage::RegistrationRow& row : rows) {
    EXPECT_TRUE(vault::check_mac(data_->sealer(), row).has_value());
    EXPECT_EQ(row.next_try_at, std::nullopt);
    EXPECT_EQ(row.failure, row.target_system_id == system_.uuid ? "restored" : "");
  }
  EXPECT_EQ(std::ranges::count_if(
                report_.warnings,
                [](const std::string& one) { return one.starts_with("Registrations at"); }),
            1);
  EXPECT_TRUE(examine(*data_).has_value());
}

// However it is confirmed what else counts: the state of before the restore may have had others.
TEST_F(RightsTest, NoAddressOfACalendarIsRevived) {
  const Uuid user = *Uuid::parse("0198c0de-0000-7000-8000-0000000000b1");
  storage::UserRow ada;
  ada.id = user;
  ada.permissions = "all";
  ada.name = ada.name_key = "ada";
  const auto mac = identity::user_mac(sealer_, ada);
  ASSERT_TRUE(mac.has_value());
  ada.mac = *mac;
  const auto add_feed = [&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::insert_user(tx, ada));
    return storage::put_calendar_feed(tx, {user, std::string(32, 'h'), clock_.now(), "mac"});
  };
  ASSERT_TRUE(store_->write(add_feed));
  ASSERT_NO_FATAL_FAILURE(back_up());
  const auto feeds = [&] {
    return read<std::vector<storage::CalendarFeedRow>>(storage::all_calendar_feeds).size();
  };
  open();
  ASSERT_EQ(feeds(), 1u);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(feeds(), 0u);
  ASSERT_TRUE(data_->trail().flush().has_value());
  const auto events = data_->trail().list({});
  ASSERT_TRUE(events.has_value());
  EXPECT_EQ(std::ranges::count_if(events->entries,
                                  [&](const audit::Trail::Entry& event) {
                                    return event.json.find("calendar_feed.revoked") !=
                                               std::string::npos &&
                                           event.json.find(user.text()) != std::string::npos;
                                  }),
            1);
  EXPECT_TRUE(std::ranges::any_of(report_.warnings, [](const std::string& warning) {
    return warning.starts_with("Addresses of calendars") && warning.ends_with(" 1");
  }));
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

}  // namespace
}  // namespace strongroom::backup
