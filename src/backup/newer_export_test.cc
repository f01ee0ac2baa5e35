// What an export of the trail says that goes on from a backup's, and which exports say nothing.

#include "backup/newer_export.h"

#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "audit/export.h"
#include "audit/testing/trail_fixture.h"

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
