#include "vault/row_sets.h"

#include <string>
#include <string_view>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class RowSetsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    client_ = client(project_, system("CRM").id, "nightly").id;
    robot_ = robot(project_, "a/b", "reader").id;
    key_ = robots().create_key(admin_, robot_)->info.id;
    rule_ = rules().grant(admin_, {client_, robot_, {}})->id;
  }

  // What a start would say of the rows: "ok", or the table that it names.
  std::string after_restart() {
    RowSets fresh;
    const Status opened = fresh.open(*store_, sealer_);
    return opened ? "ok" : opened.error().detail;
  }
  void keep(const std::string& table) {
    tamper("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table);
  }
  void put_back(const std::string& table) {
    tamper("REPLACE INTO " + table + " SELECT * FROM kept_" + table);
  }

  ProjectId project_;
  OAuthClientId client_;
  RobotId robot_;
  RobotKeyId key_;
  RobotAccessId rule_;
};

TEST_F(RowSetsTest, AreRightAfterChangesOfEveryKind) {
  EXPECT_EQ(after_restart(), "ok");
  RobotFields moved;
  moved.path = "c/d";
  ASSERT_TRUE(robots().update(admin_, robot_, 1, moved).has_value());
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_).has_value());
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  give_token(client_);
  EXPECT_EQ(after_restart(), "ok");
}

// Rows that go with what they belong to are in no statement of ours.
TEST_F(RowSetsTest, AreRightAfterAllOfAProjectWasDestroyed) {
  ASSERT_TRUE(projects().remove(admin_, project_).has_value());
  clock_.advance(std::chrono::days(8));
  ASSERT_TRUE(projects().purge().has_value());
  EXPECT_EQ(storage::raw_rows(directory_.file("state.db"), "SELECT id FROM robot_keys").size(), 0U);
  EXPECT_EQ(after_restart(), "ok");
}

TEST_F(RowSetsTest, AreRightAfterAChangeThatWasRolledBack) {
  EXPECT_EQ(answer_of(robots().create(admin_, {project_, "reader", "a/b", {}})),
            "duplicate at /name");
  const Status failed = store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::destroy_robot(tx, robot_.uuid));
    return Error{Code::kInternal, "thought better of it"};
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(after_restart(), "ok");
}

TEST_F(RowSetsTest, TellOfARevokedKeyWhoseOldRowWasPutBack) {
  keep("robot_keys");
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_).has_value());
  EXPECT_EQ(after_restart(), "ok");
  put_back("robot_keys");
  EXPECT_EQ(after_restart(), "table robot_keys");
}

TEST_F(RowSetsTest, TellOfARuleThatWasTakenBackAndPutThereAgain) {
  // E28
  keep("robot_access");
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  put_back("robot_access");
  EXPECT_EQ(after_restart(), "table robot_access");
}

TEST_F(RowSetsTest, TellOfRowsThatAreGone) {
  tamper("DELETE FROM robot_access");
  EXPECT_EQ(after_restart(), "table robot_access");
}

// A change of ours by itself does not make the forger's right.
TEST_F(RowSetsTest, TellOfAnOldRowAlsoWhenItWasChangedSince) {
  keep("robots");
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  put_back("robots");
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  EXPECT_EQ(after_restart(), "table robots");
}

TEST_F(RowSetsTest, CannotBeMadeToFitByWhoHasNoKey) {
  tamper("UPDATE row_sets SET generation = generation + 1");
  EXPECT_EQ(after_restart(), "table row_sets");
  tamper("UPDATE row_sets SET generation = generation - 1, digests = zeroblob(224)");
  EXPECT_EQ(after_restart(), "table row_sets");
  tamper("DELETE FROM row_sets");
  EXPECT_EQ(after_restart(), "table oauth_clients");
}

TEST_F(RowSetsTest, AreNotTakenBackUnderARunningServer) {
  keep("row_sets");
  keep("robot_keys");
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_).has_value());
  put_back("robot_keys");
  put_back("row_sets");
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, {}, "x/**"})), "corrupt");
}

// What stands in the file's schema is the forger's as well.
TEST_F(RowSetsTest, AreNotBroughtUpToDateForTriggersInTheFile) {
  keep("robot_keys");
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_).has_value());
  tamper(
      "CREATE TRIGGER evil AFTER INSERT ON robots BEGIN "
      "UPDATE robot_keys SET revoked_at = NULL, mac = (SELECT mac FROM kept_robot_keys); END");
  robot(project_, "", "another");
  EXPECT_FALSE(robots().list_keys(admin_, robot_)->front().revoked_at == std::nullopt);
  EXPECT_EQ(after_restart(), "ok");
}

TEST_F(RowSetsTest, RefuseAMacThatIsNoValueOfTheStatement) {
  const Status copied = store_->write([](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("UPDATE robot_keys SET mac = (SELECT mac FROM robots)"));
    return {};
  });
  EXPECT_FALSE(copied.has_value());
  EXPECT_EQ(after_restart(), "ok");
}

}  // namespace
}  // namespace strongroom::vault
