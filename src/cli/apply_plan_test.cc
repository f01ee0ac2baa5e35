#include "cli/apply_plan.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/exported_project.h"

namespace strongroom::cli {
namespace {

using boost::json::object;
using testing::ElementsAre;
using testing::HasSubstr;

class ApplyPlanTest : public testing::Test {
 protected:
  ApplyPlan plan() {
    auto made = plan_apply(document_, present_, secrets_, choices_);
    EXPECT_TRUE(made.has_value());
    return made ? *std::move(made) : ApplyPlan{};
  }
  static std::vector<std::string> steps(const ApplyPlan& plan) {
    std::vector<std::string> texts;
    for (const Step& step : plan.steps) {
      texts.push_back(std::string(to_text(step.kind)) + " " + std::string(step.what));
    }
    return texts;
  }
  static const Step& system_step(const ApplyPlan& plan) { return plan.steps.at(1); }

  // As a server lists it after the export was applied.
  void everything_is_there() {
    present_.project = object{{"id", "p"},
                              {"revision", 1},
                              {"name", "Finance"},
                              {"description", ""},
                              {"robot_access", "default"}};
    object system = document_.target_systems[0].settings;
    for (const auto& member : document_.target_systems[0].destination) {
      system.emplace(member.key(), member.value());
    }
    system.emplace("id", "t");
    system.emplace("revision", 3);
    system.emplace("name", "CRM");
    system.emplace("consumer_secrets", boost::json::array{object{{"id", "s"}}});
    present_.target_systems = {system};
    object client = document_.oauth_clients[0].settings;
    client.emplace("id", "c");
    client.emplace("target_system", "t");
    client.emplace("label", "nightly");
    present_.oauth_clients = {client};
    present_.robots = {object{{"id", "r"},
                              {"path", "invoices"},
                              {"name", "collector"},
                              {"kind", "robot"},
                              {"serves", boost::json::array()}}};
    object secret = document_.secrets[0].settings;
    secret.emplace("id", "x");
    secret.emplace("target_system", "t");
    secret.emplace("label", "batch");
    present_.secrets = {secret};
    present_.secret_access = {object{{"secret", "x"}, {"robot", "r"}, {"path_pattern", nullptr}}};
    present_.robot_access = {
        object{{"oauth_client", "c"}, {"robot", "r"}, {"path_pattern", nullptr}},
        object{{"oauth_client", "c"}, {"robot", nullptr}, {"path_pattern", "invoices/**"}}};
  }
  object& system_here() { return present_.target_systems[0].as_object(); }

  ExportDocument document_ = *read_export(kExportedProject);
  SealedSecrets secrets_;
  PresentState present_;
  ApplyChoices choices_{.project = "Finance"};
};

TEST_F(ApplyPlanTest, MakesEverythingWhereThereIsNothing) {
  const ApplyPlan made = plan();
  EXPECT_THAT(steps(made),
              ElementsAre("create project", "create target system", "create OAuth client",
                          "create robot", "keep secret", "create robot access",
                          "create robot access", "keep access to a secret"));
  EXPECT_EQ(system_step(made).body.at("consumer_key").as_string(), "app-1");
  EXPECT_EQ(system_step(made).needs.at("project"), "project");
  EXPECT_THAT(system_step(made).notes, ElementsAre(HasSubstr("needs its secrets")));
}

TEST_F(ApplyPlanTest, DoesNothingTheSecondTime) {
  everything_is_there();
  EXPECT_THAT(steps(plan()), ElementsAre("same project", "same target system", "same OAuth client",
                                         "same robot", "same secret", "same robot access",
                                         "same robot access", "same access to a secret"));
}

TEST_F(ApplyPlanTest, ChangesWhatDiffersAndNothingElse) {
  everything_is_there();
  system_here()["scopes"] = boost::json::array{"write"};
  system_here()["tags"] = boost::json::array();
  const ApplyPlan made = plan();
  EXPECT_EQ(system_step(made).kind, StepKind::kUpdate);
  EXPECT_EQ(system_step(made).body.size(), 1U);
  EXPECT_EQ(system_step(made).if_match, "\"3\"");
  EXPECT_EQ(system_step(made).id, "t");
}

TEST_F(ApplyPlanTest, ChangesHowLongRefreshTokensAreKeptAlive) {
  //
  everything_is_there();
  system_here()["keep_alive_days"] = 0;
  const ApplyPlan made = plan();
  EXPECT_EQ(system_step(made).kind, StepKind::kUpdate);
  EXPECT_EQ(system_step(made).body.at("keep_alive_days").as_int64(), 30);
}

TEST_F(ApplyPlanTest, ComparesListsWithoutTheirOrder) {
  everything_is_there();
  system_here()["scopes"] = boost::json::array{"write", "read"};
  EXPECT_EQ(system_step(plan()).kind, StepKind::kSame);
}

// Invariant 5: where the secrets here go is not for a file to say.
TEST_F(ApplyPlanTest, KeepsADestinationThatDiffers) {
  everything_is_there();
  system_here()["consumer_key"] = "app-of-production";
  secrets_ = *read_sealed_secrets(kExportedSecrets);
  const Step kept = system_step(plan());
  EXPECT_EQ(kept.kind, StepKind::kKeep);
  EXPECT_THAT(kept.notes, ElementsAre(HasSubstr("keeps what is here of consumer_key")));
  EXPECT_TRUE(kept.body.empty());
  EXPECT_EQ(kept.secrets_of, "");

  system_here()["consumer_secrets"] = boost::json::array();  // and it has none of its own
  const Step without = system_step(plan());
  EXPECT_EQ(without.secrets_of, "");
  EXPECT_THAT(without.notes.back(), HasSubstr("needs its secrets"));
}

TEST_F(ApplyPlanTest, TakesADestinationThatIsAskedForWithItsSecrets) {
  everything_is_there();
  system_here()["consumer_key"] = "app-of-before";
  choices_.take_destinations = {"CRM"};
  EXPECT_THAT(system_step(plan()).notes.back(), HasSubstr("needs its secrets"));
  secrets_ = *read_sealed_secrets(kExportedSecrets);
  const Step taken = system_step(plan());
  EXPECT_EQ(taken.kind, StepKind::kUpdate);
  EXPECT_EQ(taken.body.at("consumer_key").as_string(), "app-1");
  EXPECT_EQ(taken.secrets_of, "CRM");
}

// Somebody changed the file on its way: its secrets are sealed with where they may go.
TEST_F(ApplyPlanTest, SendsNoSecretWhereItWasNotExportedFor) {
  secrets_ = *read_sealed_secrets(kExportedSecrets);
  EXPECT_EQ(system_step(plan()).secrets_of, "CRM");
  document_.target_systems[0].destination["endpoint_parameters"] =
      object{{"token_endpoint", "https://thief.example/token"}};
  EXPECT_EQ(system_step(plan()).secrets_of, "");
}

TEST_F(ApplyPlanTest, KeepsSecretsThatAreHere) {
  everything_is_there();
  secrets_ = *read_sealed_secrets(kExportedSecrets);
  EXPECT_EQ(system_step(plan()).secrets_of, "");
  EXPECT_EQ(system_step(plan()).kind, StepKind::kSame);
}

TEST_F(ApplyPlanTest, MakesSecretsWithTheirValuesAlone) {
  secrets_ = *read_sealed_secrets(kExportedSecrets);
  const ApplyPlan made = plan();
  EXPECT_EQ(made.steps.at(4).kind, StepKind::kCreate);
  EXPECT_EQ(made.steps.at(4).secret_label, "batch");
  EXPECT_EQ(made.steps.at(7).kind, StepKind::kCreate);
  EXPECT_FALSE(made.steps.at(4).body.contains("value"));  // it comes in when it is sent
}

TEST_F(ApplyPlanTest, FollowsOtherNames) {
  everything_is_there();
  system_here()["name"] = "CRM production";
  choices_.renamed = {{"CRM", "CRM production"}};
  const ApplyPlan made = plan();
  EXPECT_EQ(system_step(made).kind, StepKind::kSame);
  EXPECT_EQ(system_step(made).name, "CRM production");
  EXPECT_EQ(made.steps.at(2).kind, StepKind::kSame);
}

TEST_F(ApplyPlanTest, RefusesChoicesOfWhatIsNotInTheExport) {
  choices_.renamed = {{"ERP", "ERP production"}};
  EXPECT_EQ(plan_apply(document_, present_, secrets_, choices_).error().detail, "ERP");
  choices_.renamed = {};
  choices_.secret_files = {{"ERP", "file"}};
  EXPECT_EQ(plan_apply(document_, present_, secrets_, choices_).error().detail, "ERP");
  choices_.secret_files = {};
  choices_.take_destinations = {"ERP"};
  EXPECT_EQ(plan_apply(document_, present_, secrets_, choices_).error().detail, "ERP");
}

TEST_F(ApplyPlanTest, WhoseTokenIsExchangedIsThereBeforeWhoExchangesIt) {
  //
  ExportedClient exchanging = document_.oauth_clients[0];
  exchanging.label = "exchanging";
  exchanging.subject_target_system = "CRM";
  exchanging.subject_label = "nightly";
  document_.oauth_clients.insert(document_.oauth_clients.begin(), exchanging);
  const ApplyPlan made = plan();
  const Step& last = made.steps.at(3);
  EXPECT_EQ(made.steps.at(2).name, "nightly of CRM");
  EXPECT_EQ(last.name, "exchanging of CRM");
  EXPECT_EQ(last.needs.at("subject_client"), made.steps.at(2).makes);

  everything_is_there();
  object there = present_.oauth_clients[0].as_object();
  there["id"] = "e";
  there["label"] = "exchanging";
  there["subject_client"] = "c";
  present_.oauth_clients.push_back(there);
  EXPECT_EQ(plan().steps.at(3).kind, StepKind::kSame);
  present_.oauth_clients.back().as_object()["subject_client"] = "another";
  const ApplyPlan changes = plan();
  EXPECT_EQ(changes.steps.at(3).kind, StepKind::kUpdate);
  EXPECT_EQ(changes.steps.at(3).needs.count("subject_client"), 1U);
}

}  // namespace
}  // namespace strongroom::cli
