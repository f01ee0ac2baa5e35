// Rows that somebody changed who can write to the database and has no key (invariant 2).

#include <string>

#include "crypto/bearer_key.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class ForgedRowsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    other_project_ = project("Payroll");
    system_ = system("CRM", project_).id;
    client_ = client(project_, system_, "nightly").id;
    robot_ = robot(project_, "ruled/in", "reader").id;
    const auto key = robots().create_key(admin_, robot_);
    ASSERT_TRUE(key.has_value());
    key_ = key->info.id;
    hash_ = *crypto::bearer_key_hash(crypto::kRobotKeyPrefix, key->key.reveal());
    ASSERT_TRUE(rules().grant(admin_, {client_, {}, "ruled/**"}).has_value());
  }

  // Whether the robot would get the client's token if the server started now.
  bool may_look_up_after_restart() {
    LookupIndex fresh;
    Context other{*store_, *trail_, keys_,       sealer_, random_,
                  clock_,  log_,    *catalogue_, fresh,   network_};
    EXPECT_TRUE(load_index(other).has_value());
    return fresh.standing(key_, hash_, client_, fresh.rights_epoch()) ==
               LookupIndex::Standing::kHolds &&
           fresh.find("Finance", "CRM", "nightly", clock_.now()).client != nullptr;
  }
  // The same after an edit, which is undone.
  bool may_look_up_after(const std::string& edit) {
    tamper("CREATE TABLE kept AS SELECT * FROM " + table_of(edit));
    tamper(edit);
    const bool answer = may_look_up_after_restart();
    tamper("PRAGMA foreign_keys=OFF; REPLACE INTO " + table_of(edit) +
           " SELECT * FROM kept; DROP TABLE kept");
    EXPECT_TRUE(may_look_up_after_restart()) << edit;
    return answer;
  }
  static std::string table_of(const std::string& edit) {
    return edit.substr(7, edit.find(' ', 7) - 7);  // after "UPDATE "
  }

  ProjectId project_;
  ProjectId other_project_;
  TargetSystemId system_;
  OAuthClientId client_;
  RobotId robot_;
  RobotKeyId key_;
  crypto::Sha256Digest hash_{};
};

TEST_F(ForgedRowsTest, ThatAreFarAwayKeepTheServerFromNothing) {
  tamper("UPDATE oauth_clients SET rowid = 9223372036854775807");
  EXPECT_TRUE(may_look_up_after_restart());
  client(project_, system_, "another");
  tamper("UPDATE oauth_clients SET rowid = -9223372036854775807 WHERE label = 'another'");
  EXPECT_TRUE(may_look_up_after_restart());
}

TEST_F(ForgedRowsTest, GiveNobodyAnything) {
  ASSERT_TRUE(may_look_up_after_restart());
  for (const char* edit : {
           "UPDATE robots SET path_key = 'ruled/elsewhere'",
           "UPDATE robots SET mac = zeroblob(32)",
           "UPDATE robots SET kind = 'runner', serves = '[\"\"]'",
           "UPDATE robot_keys SET restrictions = '{\"max_uses\":9}'",
           "UPDATE robots SET project_id = (SELECT id FROM projects WHERE name = 'Payroll')",
           "UPDATE oauth_clients SET tenant = 'evil.example'",
           "UPDATE oauth_clients SET label_key = 'nightly', mac = x''",
           "UPDATE oauth_clients SET allow_basic_engine_robots = 1",
           "UPDATE oauth_clients SET state = 'disabled'",
           "UPDATE target_systems SET consumer_key = 'another'",
           "UPDATE target_systems SET scopes = '[\"everything\"]'",
           "UPDATE target_systems SET project_id = NULL",
           "UPDATE projects SET mac = zeroblob(32)",
       }) {
    EXPECT_FALSE(may_look_up_after(edit)) << edit;
  }
}

// Retrievals write these without the MAC.
TEST_F(ForgedRowsTest, AreNotThoseThatARetrievalWrote) {
  for (const char* state : {"active", "failing", "needs_retrieval"}) {
    tamper("UPDATE oauth_clients SET failure_cause = 'invalid_scope', state = '" +
           std::string(state) + "'");
    EXPECT_TRUE(may_look_up_after_restart()) << state;
  }
}

TEST_F(ForgedRowsTest, OfDeletedRobotsAndClientsBringNoneOfThemBack) {
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  tamper("UPDATE robots SET deleted_at = NULL");
  EXPECT_FALSE(may_look_up_after_restart());
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  tamper("UPDATE oauth_clients SET deleted_at = NULL");
  EXPECT_FALSE(may_look_up_after_restart());
}

TEST_F(ForgedRowsTest, OfDeletedProjectsAndTargetSystemsBringNothingBack) {
  ASSERT_TRUE(systems().remove(admin_, system_).has_value());
  tamper("UPDATE target_systems SET deleted_at = NULL");
  EXPECT_FALSE(may_look_up_after_restart());
  ASSERT_TRUE(projects().remove(admin_, project_).has_value());
  tamper("UPDATE projects SET deleted_at = NULL");
  EXPECT_FALSE(may_look_up_after_restart());
}

TEST_F(ForgedRowsTest, AreNotSignedWhenSomebodyChangesThemLater) {
  tamper("UPDATE oauth_clients SET tenant = 'evil.example'; UPDATE robots SET path_key = 'x';");
  OAuthClientFields owner;
  owner.owner = {"Ada", "ada@example.org"};
  EXPECT_EQ(answer_of(clients().update(admin_, client_, 1, owner)), "corrupt");
  RobotFields name;
  name.name = "renamed";
  EXPECT_EQ(answer_of(robots().update(admin_, robot_, 1, name)), "corrupt");
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, {}, "more/**"})), "corrupt");
}

TEST_F(ForgedRowsTest, CanBeDeletedAndComeBackAsLittleBelievedAsTheyWent) {
  tamper("UPDATE robots SET path_key = 'ruled/elsewhere'");
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  EXPECT_EQ(answer_of(robots().restore(admin_, robot_)), "corrupt");
  tamper("UPDATE robots SET deleted_at = NULL");
  EXPECT_FALSE(may_look_up_after_restart());
}

// What is in the index comes from rows that were believed, also while the server runs.
TEST_F(ForgedRowsTest, DoNotComeIntoTheIndexWithTheirProject) {
  ASSERT_TRUE(projects().remove(admin_, project_).has_value());
  tamper("UPDATE oauth_clients SET tenant = 'evil.example'");
  ASSERT_TRUE(projects().restore(admin_, project_).has_value());
  EXPECT_FALSE(found("Finance", "CRM", "nightly"));
}

}  // namespace
}  // namespace strongroom::vault
