// What an export of the trail says that goes on from a backup's, and which exports say nothing.

#include "backup/newer_export.h"

#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "audit/export.h"
#include "audit/testing/trail_fixture.h"
#include "crypto/encoding.h"
#include "storage/database_copy.h"

namespace strongroom::backup {
namespace {

class NewerExportTest : public audit::TrailFixture {
 protected:
  void SetUp() override {
    checkpoint_events_ = 2;
    TrailFixture::SetUp();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(event()).has_value());
    manifest_ = manifest();
  }
  // Of a backup that is made now.
  Manifest manifest() {
    const auto standing = trail_->standing();
    Manifest made;
    made.audit_events = standing->last_sequence;
    made.audit_head = standing->head;
    return made;
  }
  Uuid id() { return crypto::make_uuid(clock_.now(), random_); }
  void revoke(const Uuid& key) {
    audit::Event revoked = event(audit::Action::kRobotKeyRevoked);
    revoked.subject_id = key;
    ASSERT_TRUE(append(revoked).has_value());
  }
  void hand_out(audit::Action action, const Uuid& key, std::string_view reason = {},
                audit::Outcome outcome = audit::Outcome::kSuccess) {
    audit::Event given = event(action);
    given.key_id = key;
    given.reason = reason;
    given.outcome = outcome;
    ASSERT_TRUE(append(given).has_value());
  }

  // Whole, as far as it was not removed from the front.
  std::string exported() {
    const auto standing = *trail_->standing();
    const auto links = trail_->after(standing.start, 1000);
    std::string text = audit::export_head(standing, &key_, true);
    for (const auto& link : *links) text.append(audit::export_line(link));
    return text.append(audit::export_end(links->back().entry));
  }
  // The same as it is now, with one checkpoint alone: of the link with that number; 0: with none.
  std::string exported_and_signed_at(std::int64_t sequence) {
    const auto standing = *trail_->standing();
    const auto links = trail_->after(0, 1000);
    std::string text = audit::export_head(standing, &key_, true);
    for (audit::Trail::Link link : *links) {
      link.checkpoint.clear();
      if (link.entry.sequence == sequence) {
        const auto hash = crypto::hex_decode(link.entry.hash);
        link.checkpoint = *key_.sign(*audit::head_from(sequence, *hash), clock_.now());
      }
      text.append(audit::export_line(link));
    }
    return text.append(audit::export_end(links->back().entry));
  }
  void tell(audit::Action action, const Uuid& subject, std::vector<std::string> fields = {}) {
    audit::Event told = event(action);
    told.subject_id = subject;
    told.fields = std::move(fields);
    ASSERT_TRUE(append(told).has_value());
  }
  std::string written(const std::string& text) {
    const std::string path = directory_.file("export");
    std::ofstream(path) << text;
    return path;
  }
  std::string verdict(const std::string& text, const Manifest& of, const std::string& key = {}) {
    newer_ = {};
    const Status read = read_newer_export(written(text), of, key, newer_);
    return read ? "" : std::string(read.error().message.view());
  }
  std::string verdict(const std::string& text) { return verdict(text, manifest_); }

  Manifest manifest_;
  Newer newer_;
};

// What a database says that somebody gave; "" if it can be read.
class GivenDatabaseTest : public NewerExportTest {
 protected:
  std::string verdict_of_database(const Manifest& of, const std::string& public_key) {
    EXPECT_TRUE(trail_->flush().has_value());
    const std::string copy = directory_.file("given-" + std::to_string(++copies_));
    EXPECT_TRUE(storage::copy_database(directory_.file("audit.db"), copy).has_value());
    newer_ = {};
    const Status read = read_given_trail(copy, of, public_key, log_, newer_);
    return read ? "" : std::string(read.error().message.view());
  }

  int copies_ = 0;
};

TEST_F(GivenDatabaseTest, ConfirmsByACheckpointThatIsNewerThanTheBackup) {
  const Uuid key = id();
  revoke(key);
  ASSERT_EQ(verdict_of_database(manifest_, key_.public_key()), "");
  EXPECT_TRUE(newer_.confirms);
  EXPECT_TRUE(newer_.has_trail);
  EXPECT_EQ(newer_.revoked, std::set<Uuid>{key});
}

TEST_F(GivenDatabaseTest, BehindItsLastCheckpointItOnlyTakesAway) {
  const Uuid client = id();
  tell(audit::Action::kOAuthClientDisabled, client);
  manifest_ = manifest();
  const Uuid key = id();
  revoke(key);
  ASSERT_EQ(verdict_of_database(manifest_, key_.public_key()), "");
  EXPECT_FALSE(newer_.confirms) << "anybody may have written that";
  EXPECT_FALSE(newer_.has_trail);
  EXPECT_EQ(newer_.revoked, std::set<Uuid>{key});
}

TEST_F(GivenDatabaseTest, OfAnotherServerItSaysNothing) {
  EXPECT_NE(verdict_of_database(manifest_, std::string(64, 'a')), "");
  EXPECT_FALSE(newer_.confirms);
  EXPECT_EQ(verdict_of_database(manifest_, ""), "") << "the backup has no key to compare with";
  EXPECT_TRUE(newer_.confirms);
}

constexpr std::string_view kAnother = "This audit trail does not go on from the backup's.";

TEST_F(NewerExportTest, WhatCameSinceTheBackupIsNoted) {
  const Uuid key = id();
  revoke(key);
  const Uuid limited = id();
  hand_out(audit::Action::kTokenHandedOut, limited);
  hand_out(audit::Action::kBasicEngineDelivered, limited);
  hand_out(audit::Action::kSecretHandedOut, limited, "next_value");
  hand_out(audit::Action::kSecretHandedOut, limited);
  hand_out(audit::Action::kLookupDenied, limited, "no_access", audit::Outcome::kDenied);
  ASSERT_EQ(verdict(exported(), manifest_, key_.public_key()), "");
  EXPECT_TRUE(newer_.confirms);
  EXPECT_TRUE(newer_.has_trail);
  EXPECT_EQ(newer_.revoked, std::set<Uuid>{key});
  EXPECT_EQ(newer_.uses_since, (std::map<Uuid, std::int64_t>{{limited, 3}}));
  EXPECT_EQ(newer_.head.sequence, 9);
  EXPECT_EQ(crypto::hex(newer_.head.hash), trail_->standing()->head);
}

TEST_F(NewerExportTest, NothingSinceTheBackupConfirmsEverything) {
  ASSERT_EQ(verdict(exported()), "");
  EXPECT_TRUE(newer_.confirms);
  EXPECT_TRUE(newer_.revoked.empty());
}

// Whoever holds the export can cut it there, or write events of their own behind the backup's head.
TEST_F(NewerExportTest, WithoutACheckpointSinceTheBackupNothingIsConfirmed) {
  const Uuid key = id();
  const std::string cut = exported_and_signed_at(3);
  ASSERT_EQ(verdict(cut, manifest_, key_.public_key()), "");
  EXPECT_FALSE(newer_.confirms) << "nothing newer is in it";
  revoke(key);
  for (const std::int64_t sequence : {0, 3}) {
    ASSERT_EQ(verdict(exported_and_signed_at(sequence), manifest_, key_.public_key()), "");
    EXPECT_FALSE(newer_.confirms) << sequence;
    EXPECT_FALSE(newer_.has_trail) << "the restored trail names no head that nobody vouches for";
    EXPECT_EQ(newer_.revoked, std::set<Uuid>{key}) << "what takes away is believed of anybody";
  }
  ASSERT_EQ(verdict(exported_and_signed_at(4), manifest_, key_.public_key()), "");
  EXPECT_TRUE(newer_.confirms);
  EXPECT_TRUE(newer_.has_trail);
}

TEST_F(NewerExportTest, WhatComesBehindTheLastCheckpointOnlyTakesAway) {
  const Uuid user = id();
  const Uuid client = id();
  const Uuid robot = id();
  const Uuid rule = id();
  const std::vector<std::string> box{"allow_basic_engine_robots"};
  tell(audit::Action::kUserDisabled, user);
  tell(audit::Action::kRobotAccessInvalidated, rule);
  tell(audit::Action::kOAuthClientUpdated, client, box);
  tell(audit::Action::kUserEnabled, user);
  tell(audit::Action::kRobotAccessUpdated, rule);
  tell(audit::Action::kOAuthClientUpdated, client, box);
  tell(audit::Action::kRobotDeleted, robot);
  ASSERT_EQ(verdict(exported_and_signed_at(6), manifest_, key_.public_key()), "");
  EXPECT_TRUE(newer_.confirms);
  EXPECT_EQ(newer_.disabled_users, std::set<Uuid>{user});
  EXPECT_EQ(newer_.invalid_rules, std::set<Uuid>{rule});
  EXPECT_EQ(newer_.box_changes.at(client), 1) << "nobody turned it back";
  EXPECT_EQ(newer_.deleted_robots, std::set<Uuid>{robot});
  ASSERT_EQ(verdict(exported_and_signed_at(10), manifest_, key_.public_key()), "");
  EXPECT_TRUE(newer_.disabled_users.empty()) << "a signed one gives again";
  EXPECT_TRUE(newer_.invalid_rules.empty());
  EXPECT_EQ(newer_.box_changes.at(client), 2);
}

TEST_F(NewerExportTest, OneThatBeginsBehindTheBackupGoesOnFromItOrDoesNot) {
  revoke(id());
  const Manifest fourth = manifest();
  const Uuid key = id();
  revoke(key);
  const auto removed =
      trail_->expire(clock_.now() + Seconds(1), event(audit::Action::kAuditExpired));
  ASSERT_TRUE(removed.has_value());
  ASSERT_EQ(trail_->standing()->start, 4) << "where a checkpoint stands";
  ASSERT_EQ(verdict(exported(), fourth), "");
  EXPECT_EQ(newer_.revoked, std::set<Uuid>{key});
  EXPECT_EQ(verdict(exported()), kAnother) << "what came between is not in it";
}

TEST_F(NewerExportTest, AnOlderOneOrAnotherTrailConfirmsNothing) {
  const std::string older = exported();
  revoke(id());
  EXPECT_EQ(verdict(older, manifest()), kAnother);
  Manifest other = manifest_;
  other.audit_head = std::string(64, 'a');
  EXPECT_EQ(verdict(exported(), other), kAnother);
  EXPECT_FALSE(newer_.confirms);
  EXPECT_TRUE(newer_.revoked.empty());
}

TEST_F(NewerExportTest, OneThatDoesNotVerifyConfirmsNothing) {
  revoke(id());
  const std::string text = exported();
  const std::string cut = text.substr(0, text.rfind("{\"end\""));
  EXPECT_EQ(verdict(cut), "the end of the export is missing: the file was cut");
  std::string edited = text;
  const std::size_t at = edited.rfind("robot_key.revoked");
  edited.replace(at, 17, "robot_key.created");
  EXPECT_NE(verdict(edited), "");
  EXPECT_FALSE(newer_.confirms);
  const auto foreign = audit::CheckpointKey::from_seed(crypto::sha256("another server"));
  EXPECT_NE(verdict(text, manifest_, foreign->public_key()), "");
  const std::string part =
      audit::export_head(*trail_->standing(), &key_, false) + text.substr(text.find('\n') + 1);
  EXPECT_TRUE(verdict(part).starts_with("This export is a part of an audit trail"));
  EXPECT_TRUE(verdict("").starts_with("This is no export"));
  EXPECT_FALSE(newer_.confirms);
}

TEST_F(NewerExportTest, ADatabaseIsKnownByItsFirstBytes) {
  EXPECT_FALSE(is_database(written(exported())));
  EXPECT_FALSE(is_database(written("SQLite")));
  EXPECT_FALSE(is_database(directory_.file("nothing")));
  EXPECT_TRUE(is_database(directory_.file("state.db")));
}

}  // namespace
}  // namespace strongroom::backup
