#include "cli/export_document.h"

#include <string>

#include <gtest/gtest.h>

#include "cli/testing/exported_project.h"

namespace strongroom::cli {
namespace {

// `text` with `from` in it replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
  const auto read = read_export(text);
  return read ? "none" : std::string(read.error().message.view()) + " @" + read.error().detail;
}

TEST(ReadExport, TakesWhatAServerExports) {
  const auto read = read_export(kExportedProject);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->project, "Finance");
  ASSERT_EQ(read->target_systems.size(), 1U);
  EXPECT_EQ(read->target_systems[0].name, "CRM");
  EXPECT_EQ(read->target_systems[0].destination.at("consumer_key").as_string(), "app-1");
  EXPECT_EQ(read->target_systems[0].consumer_secrets, 1);
  ASSERT_EQ(read->oauth_clients.size(), 1U);
  EXPECT_EQ(read->oauth_clients[0].label, "nightly");
  ASSERT_EQ(read->robots.size(), 1U);
  EXPECT_EQ(read->robots[0].full_name(), "invoices/collector");
  ASSERT_EQ(read->robot_access.size(), 2U);
  EXPECT_EQ(read->robot_access[0].robot, "invoices/collector");
  EXPECT_EQ(read->robot_access[1].path_pattern, "invoices/**");
  ASSERT_EQ(read->secrets.size(), 1U);
  EXPECT_EQ(read->secrets[0].label, "batch");
  ASSERT_EQ(read->secret_access.size(), 1U);
  EXPECT_EQ(read->secret_access[0].robot, "invoices/collector");
  EXPECT_EQ(read->sealed_secrets, "");
}

TEST(ReadExport, TakesHowLongRefreshTokensAreKeptAliveWhereItIsSaid) {
  // A-085
  const auto read = read_export(kExportedProject);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->target_systems[0].settings.at("keep_alive_days").as_int64(), 30);
  const auto of_before = read_export(with(kExportedProject, "\"keep_alive_days\":30,", ""));
  ASSERT_TRUE(of_before.has_value()) << of_before.error().detail;
  EXPECT_FALSE(of_before->target_systems[0].settings.contains("keep_alive_days"))
      << "what is there stays as it is";
  EXPECT_EQ(refusal(with(kExportedProject, "\"keep_alive_days\":30", "\"keep_alive_days\":-1")),
            "This is of another type. @/target_systems/0/keep_alive_days");
}

TEST(ReadExport, RefusesWhatItIsNot) {
  EXPECT_EQ(refusal("[]"), "This must be an object. @");
  EXPECT_EQ(refusal("{}"), "A member is missing. @/format");
  EXPECT_EQ(refusal(with(kExportedProject, "project export", "backup")),
            "This is no export of a project. @/format");
  EXPECT_EQ(refusal(with(kExportedProject, "\"version\":1", "\"version\":2")),
            "A newer program made this export: apply it with that, or a newer one. @/version");
  EXPECT_EQ(refusal(with(kExportedProject, "\"version\":1", "\"version\":\"1\"")),
            "This is no version. @/version");
}

TEST(ReadExport, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(refusal(with(kExportedProject, "\"consumer_key\":\"app-1\"", "\"consumer_key\":7")),
            "This is of another type. @/target_systems/0/destination/consumer_key");
  EXPECT_EQ(refusal(with(kExportedProject, "\"label\":\"nightly\"",
                         "\"id\":\"1\",\"label\":\"nightly\"")),
            "This member is unknown. @/oauth_clients/0/id");
  EXPECT_EQ(refusal(with(kExportedProject, "\"sealed_secrets\":null", "\"sealed_secrets\":\"!\"")),
            "This must be base64, or null. @/sealed_secrets");
  EXPECT_EQ(refusal(with(kExportedProject, "\"path_pattern\":\"\"", "\"path_pattern\":\"a/*\"")),
            "A rule names a robot or a path pattern, one of the two. @/robot_access/0/robot");
}

TEST(ReadExport, RefusesNamesThatAreNotInIt) {
  EXPECT_EQ(refusal(with(kExportedProject, "\"target_system\":\"CRM\",\"label\":\"nightly\",\"te",
                         "\"target_system\":\"ERP\",\"label\":\"nightly\",\"te")),
            "The export names something that is not in it. @/oauth_clients: ERP");
  EXPECT_EQ(refusal(with(kExportedProject, "\"name\":\"collector\"},\"path",
                         "\"name\":\"other\"},\"path")),
            "The export names something that is not in it. @/robot_access: invoices/other");
}

TEST(ReadExport, RefusesOneNameTwice) {
  const std::string robot = R"({"path":"invoices","name":"collector","kind":"robot","serves":[]})";
  EXPECT_EQ(refusal(with(kExportedProject, robot, robot + "," + with(robot, "coll", "COLL"))),
            "Two things in the export have the same name. @/robots: invoices/COLLector");
}

TEST(ReadSealedSecrets, TakesWhatWasSealed) {
  const auto read = read_sealed_secrets(kExportedSecrets);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  ASSERT_EQ(read->target_systems.size(), 1U);
  EXPECT_EQ(read->target_systems[0].target_system, "CRM");
  EXPECT_TRUE(read->target_systems[0].members.contains("consumer_secrets"));
  EXPECT_FALSE(read->target_systems[0].members.contains("client_keys"));
  ASSERT_EQ(read->secrets.size(), 1U);
  EXPECT_EQ(read->secrets[0].label, "batch");
  EXPECT_EQ(read->secrets[0].members.at("value").as_string(), "hush");
  EXPECT_FALSE(read_sealed_secrets("{\"target_systems\":[{\"name\":\"CRM\"}]}").has_value());
}

}  // namespace
}  // namespace strongroom::cli
