#include "vault/robots.h"

#include "crypto/bearer_key.h"
#include "vault/stored.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class RobotsTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("P");
  }
  RobotFields fields(const std::string& path, const std::string& name) const {
    RobotFields fields;
    fields.project = project_;
    fields.path = path;
    fields.name = name;
    return fields;
  }
  static RobotFields moved(const std::string& path) {
    RobotFields fields;
    fields.path = path;
    return fields;
  }
  // Whether a look-up with this key finds its robot.
  bool opens(const crypto::BearerKey& key) {
    const auto hash = crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key.reveal());
    return hash && index_.robot_by_key(*hash).has_value();
  }
  // Whether it would after a restart.
  bool opens_after_restart(const crypto::BearerKey& key) {
    LookupIndex fresh;
    Context other{*store_, *trail_, keys_,       sealer_, random_,
                  clock_,  log_,    *catalogue_, fresh,   network_};
    EXPECT_TRUE(load_index(other).has_value());
    const auto hash = crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key.reveal());
    return hash && fresh.robot_by_key(*hash).has_value();
  }
  void tamper(const std::string& sql) {
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute(sql));
      return {};
    }));
  }

  ProjectId project_;
};

TEST_F(RobotsTest, AreUniqueByPathAndNameWithinAProject) {
  const Robot made = robot(project_, " finance / invoices ", "Reader");
  EXPECT_EQ(made.path, "finance/invoices");
  EXPECT_EQ(made.kind, RobotKind::kRobot);
  const auto again = robots().create(admin_, fields("Finance/Invoices", "READER"));
  EXPECT_EQ(answer_of(again), "duplicate at /name");
  EXPECT_EQ(std::get<Uuid>(*again.error().find("existing_id")), made.id.uuid);
  EXPECT_EQ(answer_of(robots().create(admin_, fields("finance", "Reader"))), "ok");
  auto elsewhere = fields("finance/invoices", "Reader");
  elsewhere.project = project("Q");
  EXPECT_EQ(answer_of(robots().create(admin_, elsewhere)), "ok");
}

TEST_F(RobotsTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(answer_of(robots().create(admin_, {})), "invalid at /project");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("a", ""))), "invalid at /name");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("a", "b/c"))), "invalid at /name");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("a//b", "c"))), "invalid at /path");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("a/*", "c"))), "invalid at /path");
  auto nowhere = fields("a", "b");
  nowhere.project = ProjectId{};
  EXPECT_EQ(answer_of(robots().create(admin_, nowhere)), "invalid at /project");
  const Robot made = robot(project_, "a", "b");
  RobotFields away;
  away.project = project("Q");
  EXPECT_EQ(answer_of(robots().update(admin_, made.id, 1, away)), "invalid at /project");
  EXPECT_EQ(answer_of(robots().update(admin_, made.id, 7, moved("c"))), "changed meanwhile");
}

TEST_F(RobotsTest, ComingUnderARuledPathNeedsTheRightToGrant) {
  const OAuthClient secret = client(project_, system("T").id, "L");
  ASSERT_TRUE(rules().grant(admin_, {secret.id, {}, "finance/**"}).has_value());
  const Actor editor = with({Permission::kView, Permission::kConfigure});
  const auto denied = robots().create(editor, fields("Finance/new", "R"));
  EXPECT_EQ(answer_of(denied), "denied");
  EXPECT_EQ(std::get<VisibleName>(*denied.error().find("permission")).text, "grant_access");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("finance", "A"))), "ok");
  const auto outside = robots().create(editor, fields("sales", "R"));
  ASSERT_TRUE(outside.has_value());
  EXPECT_EQ(answer_of(robots().update(editor, outside->id, 1, moved("finance"))), "denied");
  EXPECT_EQ(answer_of(robots().update(admin_, outside->id, 1, moved("finance"))), "ok");
  // Within what it may read already, and out of it, nobody is given anything.
  EXPECT_EQ(answer_of(robots().update(editor, outside->id, 2, moved("finance/deep"))), "ok");
  EXPECT_EQ(answer_of(robots().update(editor, outside->id, 3, moved("sales"))), "ok");
  // A rule of a deleted client comes back with the client.
  ASSERT_TRUE(clients().remove(admin_, secret.id).has_value());
  EXPECT_EQ(answer_of(robots().update(editor, outside->id, 4, moved("finance"))), "denied");
}

TEST_F(RobotsTest, ComingBackUnderAPathThatWasRuledMeanwhileNeedsTheRightToGrant) {
  const OAuthClient secret = client(project_, system("T").id, "L");
  const Robot made = robot(project_, "finance", "R");
  const Actor editor = with({Permission::kView, Permission::kConfigure});
  ASSERT_TRUE(rules().grant(admin_, {secret.id, {}, "finance/**"}).has_value());
  clock_.advance(Seconds(1));
  ASSERT_TRUE(robots().remove(editor, made.id).has_value());
  EXPECT_EQ(answer_of(robots().restore(editor, made.id)), "ok");  // as it was
  ASSERT_TRUE(robots().remove(editor, made.id).has_value());
  ASSERT_TRUE(rules().grant(admin_, {secret.id, {}, "finance"}).has_value());
  EXPECT_EQ(answer_of(robots().restore(editor, made.id)), "denied");
  EXPECT_EQ(answer_of(robots().restore(admin_, made.id)), "ok");
}

TEST_F(RobotsTest, AKeyIsShownOnceRecognisableAndWorksAtOnce) {
  const Robot made = robot(project_, "", "R");
  const auto key = robots().create_key(admin_, made.id);
  ASSERT_TRUE(key.has_value()) << answer_of(key);
  EXPECT_TRUE(key->key.reveal().starts_with("srk_robot_"));
  EXPECT_TRUE(opens(key->key));
  EXPECT_TRUE(opens_after_restart(key->key));
  const auto listed = robots().list_keys(admin_, made.id);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().id, key->info.id);
}

TEST_F(RobotsTest, TwoKeysLiveAtATime) {
  const Robot made = robot(project_, "", "R");
  const auto first = robots().create_key(admin_, made.id);
  ASSERT_TRUE(robots().create_key(admin_, made.id).has_value());
  EXPECT_EQ(answer_of(robots().create_key(admin_, made.id)), "too_many_keys");
  ASSERT_TRUE(robots().revoke_key(admin_, made.id, first->info.id).has_value());
  EXPECT_FALSE(opens(first->key));
  EXPECT_FALSE(opens_after_restart(first->key));
  EXPECT_TRUE(robots().revoke_key(admin_, made.id, first->info.id).has_value());  // twice
  EXPECT_EQ(answer_of(robots().create_key(admin_, made.id)), "ok");
  EXPECT_EQ(robots().list_keys(admin_, made.id)->size(), 3U);
}

TEST_F(RobotsTest, KeysAreManagedByWhoMayAndForTheRobotThatTheyAreOf) {
  const Robot a = robot(project_, "", "A");
  const Robot b = robot(project_, "", "B");
  const auto key = robots().create_key(admin_, a.id);
  const Actor editor = with({Permission::kView, Permission::kConfigure, Permission::kGrantAccess});
  EXPECT_EQ(answer_of(robots().create_key(editor, a.id)), "denied");
  EXPECT_EQ(answer_of(robots().revoke_key(editor, a.id, key->info.id)), "denied");
  EXPECT_EQ(answer_of(robots().revoke_key(admin_, b.id, key->info.id)), "not found");
  EXPECT_TRUE(opens(key->key));
  EXPECT_EQ(answer_of(robots().list_keys(with({}), a.id)), "denied");
  EXPECT_EQ(answer_of(robots().create_key(admin_, RobotId{})), "not found");
}

TEST_F(RobotsTest, AForgedOrRevivedKeyOpensNothing) {
  const Robot a = robot(project_, "", "A");
  const Robot b = robot(project_, "", "B");
  const auto key = robots().create_key(admin_, a.id);
  tamper("UPDATE robot_keys SET robot_id = (SELECT id FROM robots WHERE name = 'B')");
  EXPECT_FALSE(opens_after_restart(key->key));
  tamper("UPDATE robot_keys SET robot_id = (SELECT id FROM robots WHERE name = 'A')");
  EXPECT_TRUE(opens_after_restart(key->key));
  ASSERT_TRUE(robots().revoke_key(admin_, a.id, key->info.id).has_value());
  tamper("UPDATE robot_keys SET revoked_at = NULL");
  EXPECT_FALSE(opens_after_restart(key->key));
  // Not by way of deleting and restoring either.
  ASSERT_TRUE(robots().remove(admin_, a.id).has_value());
  ASSERT_TRUE(robots().restore(admin_, a.id).has_value());
  EXPECT_FALSE(opens(key->key));
}

TEST_F(RobotsTest, DeletingShutsItsKeysOutAndRestoringLetsThemIn) {
  const Robot made = robot(project_, "a", "R");
  const auto key = robots().create_key(admin_, made.id);
  const auto revoked = robots().create_key(admin_, made.id);
  ASSERT_TRUE(robots().remove(admin_, made.id).has_value());
  EXPECT_FALSE(opens(key->key));
  EXPECT_FALSE(opens_after_restart(key->key));
  EXPECT_EQ(answer_of(robots().get(admin_, made.id)), "not found");
  // A key of a deleted robot can still be revoked, so that it does not come back.
  ASSERT_TRUE(robots().revoke_key(admin_, made.id, revoked->info.id).has_value());
  const Robot newer = robot(project_, "A", "r");
  EXPECT_EQ(answer_of(robots().restore(admin_, made.id)), "duplicate at /name");
  ASSERT_TRUE(robots().remove(admin_, newer.id).has_value());
  ASSERT_TRUE(robots().restore(admin_, made.id).has_value());
  EXPECT_TRUE(opens(key->key));
  EXPECT_FALSE(opens(revoked->key));
  ASSERT_TRUE(robots().remove(admin_, made.id).has_value());
  clock_.advance(kUndoWindow);
  ASSERT_TRUE(robots().purge().has_value());
  EXPECT_EQ(answer_of(robots().restore(admin_, made.id)), "not found");
}

TEST_F(RobotsTest, RevokingWorksWhileTheAuditTrailCannotBeWritten) {
  const Robot made = robot(project_, "", "R");
  const auto key = robots().create_key(admin_, made.id);
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(answer_of(robots().create_key(admin_, made.id)), "audit_unavailable");
  EXPECT_EQ(answer_of(robots().create(admin_, fields("", "S"))), "audit_unavailable");
  EXPECT_EQ(answer_of(robots().update(admin_, made.id, 1, moved("a"))), "audit_unavailable");
  EXPECT_EQ(answer_of(robots().revoke_key(admin_, made.id, key->info.id)), "ok");
  EXPECT_FALSE(opens(key->key));
  EXPECT_EQ(answer_of(robots().remove(admin_, made.id)), "ok");
  EXPECT_EQ(answer_of(robots().restore(admin_, made.id)), "audit_unavailable");
}

TEST_F(RobotsTest, AFilterWithASlashMatchesPathAndName) {
  robot(project_, "finance/invoices", "Reader");
  robot(project_, "finance", "Reader 2");
  robot(project_, "", "Finance");
  const auto total = [&](const std::string& filter) {
    ListQuery query;
    query.filter = filter;
    return robots().list(admin_, query)->total;
  };
  EXPECT_EQ(total("reader"), 2);
  EXPECT_EQ(total("READER"), 2);
  EXPECT_EQ(total("Reader?"), 0);
  EXPECT_EQ(total("Reader*"), 2);
  EXPECT_EQ(total("finance"), 1);
  EXPECT_EQ(total("finance/"), 2);
  EXPECT_EQ(total("finance/*/Reader"), 1);
  EXPECT_EQ(total("/finance"), 1);
  ListQuery query;
  query.sort = "-path";
  EXPECT_EQ(robots().list(admin_, query)->items[0].path, "finance/invoices");
}

TEST_F(RobotsTest, NoKeyIsHalfMadeWhicheverCallOfTheStoreFails) {
  const Robot made = robot(project_, "", "R");
  with_every_fault(
      [&] {
        const auto key = robots().create_key(admin_, made.id);
        return key.has_value();
      },
      [&](bool) {
        const auto keys = robots().list_keys(admin_, made.id);
        for (const RobotKeyInfo& key : *keys) {
          EXPECT_TRUE(robots().revoke_key(admin_, made.id, key.id).has_value());
        }
      });
}

}  // namespace
}  // namespace strongroom::vault
