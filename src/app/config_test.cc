#include "app/config.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

TEST(Config, TakesTheLastSourceAndRemembersIt) {
  const auto config = Config::build({{"server.listen", "0.0.0.0:443", "file x.toml:2"},
                                     {"server.listen", "[::]:444", "flag --listen"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->text("server.listen"), "[::]:444");
  EXPECT_EQ(config->value("server.listen").origin, "flag --listen");
  EXPECT_EQ(config->value("server.workers").origin, "default");
  EXPECT_EQ(config->number("server.workers"), 8);
}

TEST(Config, RefusesAnUnknownKeyAndSaysWhereItStands) {
  const auto config = Config::build({{"server.lisen", "x", "file x.toml:7"}});
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, Code::kInvalidArgument);
  EXPECT_EQ(config.error().detail, "server.lisen (file x.toml:7)");
}

TEST(Config, RefusesNumbersOutOfRange) {
  for (const char* bad : {"0", "-1", "257", "8 ", "eight", "", "99999999999999999999"}) {
    EXPECT_FALSE(Config::build({{"server.workers", bad, "flag"}}).has_value()) << bad;
  }
}

TEST(Config, ReadsTheEnvironmentsSections) {
  const char* const environment[] = {"STRONGROOM_SERVER__LISTEN=[::1]:1",
                                     "STRONGROOM_URL=https://x", "STRONGROOM_PROFILE=development",
                                     "HOME=/", nullptr};
  const auto values = values_from_environment(environment);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].key, "server.listen");
  EXPECT_EQ(values[0].text, "[::1]:1");
  EXPECT_EQ(values[0].origin, "environment STRONGROOM_SERVER__LISTEN");
  EXPECT_EQ(values[1].key, "profile");
}

TEST(Config, RefusesVariablesThatLookLikeSettingsAndPassesOverOthers) {
  const char* const environment[] = {"STRONGROOM_SERVER_LISTEN=[::1]:1", nullptr};
  const auto values = values_from_environment(environment);
  ASSERT_EQ(values.size(), 1U);
  const auto config = Config::build(values);
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().detail, "server_listen (environment STRONGROOM_SERVER_LISTEN)");

  const char* const others[] = {"STRONGROOM_URL=https://x",   "STRONGROOM_CA_FILE=x",
                                "STRONGROOM_KEY_FILE=x",      "STRONGROOM_SERVICE_HOST=10.0.0.1",
                                "STRONGROOM_PORT_8443_TCP=x", nullptr};
  EXPECT_TRUE(values_from_environment(others).empty());
}

TEST(Config, RefusesChoicesThatItDoesNotKnow) {
  for (const char* bad : {"prod", "", "Production", "production,", "production, development"}) {
    EXPECT_FALSE(Config::build({{"profile", bad, "flag"}}).has_value()) << bad;
  }
  for (const char* good : {"debug", "info", "warning", "error"}) {
    EXPECT_TRUE(Config::build({{"log.level", good, "flag"}}).has_value()) << good;
  }
  EXPECT_FALSE(Config::build({{"log.format", "xml", "flag"}}).has_value());
}

TEST(Config, RefusesANumberWhereATextBelongs) {
  const RawValue number{"server.listen", "5", "file x.toml:2", SettingKind::kNumber};
  EXPECT_FALSE(Config::build({number}).has_value());
}

TEST(Config, ReadsTomlAndNamesTheLine) {
  const std::string path = testing::TempDir() + "strongroom_config_test.toml";
  std::ofstream(path) << "profile = \"development\"\n[server]\nworkers = 3\n";
  const auto values = values_from_file(path);
  ASSERT_TRUE(values.has_value());
  const auto config = Config::build(*values);
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->number("server.workers"), 3);
  EXPECT_EQ(config->value("server.workers").origin, "file " + path + ":3");
  std::remove(path.c_str());
}

TEST(Config, SaysWhereTomlIsBroken) {
  const std::string path = testing::TempDir() + "strongroom_config_broken.toml";
  std::ofstream(path) << "[server\n";
  const auto values = values_from_file(path);
  ASSERT_FALSE(values.has_value());
  EXPECT_NE(values.error().detail.find(":1:"), std::string::npos) << values.error().detail;
  std::remove(path.c_str());
}

TEST(Config, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(values_from_file("/nonexistent/strongroom.toml").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace strongroom::app
