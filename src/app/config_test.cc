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

TEST(Config, RefusesWhatCannotBeListenedOn) {
  for (const char* key : {"server.listen", "management.listen"}) {
    for (const char* bad : {"", "8443", ":8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                            "::1:8443", "[]:1", "[x]:1", "[::1:8443", "two words:1",
                            "https://here:8443", "localhost:https", "localhost:-1"}) {
      const auto config = Config::build({{key, bad, "flag"}});
      ASSERT_FALSE(config.has_value()) << bad;
      EXPECT_EQ(config.error().code, Code::kInvalidArgument);
      EXPECT_EQ(config.error().detail, std::string(key) + " (flag)");
    }
    for (const char* good : {"127.0.0.1:0", "localhost:8443", "[::]:8443", "[fe80::1%eth0]:8443"}) {
      EXPECT_TRUE(Config::build({{key, good, "flag"}}).has_value()) << good;
    }
  }
}

TEST(Config, RefusesAPublicUrlThatIsNone) {
  for (const char* bad : {"strongroom.example.org", "http://strongroom.example.org", "https://",
                          "https://a b", "https://host:port", "/"}) {
    EXPECT_FALSE(Config::build({{"server.public_url", bad, "flag"}}).has_value()) << bad;
  }
  for (const char* good : {"", "https://strongroom.example.org:8443", "https://[::1]/"}) {
    EXPECT_TRUE(Config::build({{"server.public_url", good, "flag"}}).has_value()) << good;
  }
}

TEST(Config, RefusesProxiesThatAreNoAddresses) {
  //
  for (const char* bad : {"proxy.example", "10.0.0.1:80", "0.0.0.0/0", "10.0.0.1, ::/0"}) {
    for (const SettingKind kind : {SettingKind::kText, SettingKind::kList}) {
      const auto config = Config::build({{"server.trusted_proxies", bad, "flag", kind}});
      ASSERT_FALSE(config.has_value()) << bad;
      EXPECT_EQ(config.error().code, Code::kInvalidArgument);
      EXPECT_TRUE(config.error().detail.starts_with("server.trusted_proxies (flag): "));
    }
  }
  for (const char* good : {"", "10.0.0.1", "10.0.0.0/8, 2001:db8::1"}) {
    EXPECT_TRUE(Config::build({{"server.trusted_proxies", good, "flag"}}).has_value()) << good;
  }
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
  ASSERT_TRUE(values.has_value());
  ASSERT_EQ(values->size(), 2U);
  EXPECT_EQ(values->at(0).key, "server.listen");
  EXPECT_EQ(values->at(0).text, "[::1]:1");
  EXPECT_EQ(values->at(0).origin, "environment STRONGROOM_SERVER__LISTEN");
  EXPECT_EQ(values->at(1).key, "profile");
}

std::string refusal_of(const char* variable) {
  const char* const environment[] = {variable, nullptr};
  const auto values = values_from_environment(environment);
  return values ? "" : values.error().detail;
}

TEST(Config, RefusesVariablesThatAreNoSettingsAndSaysWhichWasMeant) {
  constexpr std::pair<const char*, const char*> kMeant[] = {
      {"STRONGROOM_SERVER_LISTEN", "STRONGROOM_SERVER__LISTEN"},
      {"STRONGROOM_SERVR_LISTEN", "STRONGROOM_SERVER__LISTEN"},
      {"STRONGROOM_SERVER__LISTN", "STRONGROOM_SERVER__LISTEN"},
      {"STRONGROOM_LISTEN", "STRONGROOM_SERVER__LISTEN"},
      {"STRONGROOM_DATA", "STRONGROOM_DATA__DIRECTORY"},
      {"STRONGROOM_PROFIL", "STRONGROOM_PROFILE"},
      {"STRONGROOM_TO", "STRONGROOM_MAIL__TO"}};
  for (const auto& [wrong, meant] : kMeant) {
    const std::string detail = refusal_of((std::string(wrong) + "=1").c_str());
    EXPECT_TRUE(detail.starts_with(wrong)) << detail;
    EXPECT_TRUE(detail.ends_with(std::string("did you mean ") + meant + "?")) << detail;
  }
  for (const char* wrong :
       {"STRONGROOM_NONSENSE=1", "STRONGROOM_=1", "STRONGROOM_X=1", "STRONGROOM_URLS_OF_IT="}) {
    const std::string detail = refusal_of(wrong);
    EXPECT_EQ(detail, std::string(wrong, std::string_view(wrong).find('='))) << wrong;
  }
}

TEST(Config, PassesOverWhatTheCommandLineReadsAndWhatClustersSet) {
  for (const char* other :
       {"STRONGROOM_URL=https://x", "STRONGROOM_CA_FILE=x", "STRONGROOM_KEY_FILE=x",
        "STRONGROOM_SERVICE_HOST=10.0.0.1", "STRONGROOM_SERVICE_PORT=8443",
        "STRONGROOM_SERVICE_PORT_HTTPS=8443", "STRONGROOM_API_SERVICE_HOST=10.0.0.1",
        "STRONGROOM_PORT=tcp://10.0.0.1:8443", "STRONGROOM_API_PORT=tcp://10.0.0.1:8443",
        "STRONGROOM_PORT_8443_TCP=tcp://10.0.0.1:8443", "STRONGROOM_PORT_8443_TCP_ADDR=10.0.0.1",
        "STRONGROOM_API_PORT_8443_TCP_PROTO=tcp", "STRONGROOMS=1", "XSTRONGROOM_NONSENSE=1"}) {
    EXPECT_EQ(refusal_of(other), "") << other;
  }
  for (const char* alike :
       {"STRONGROOM_PORT=8443", "STRONGROOM_PORT__TCP=1", "STRONGROOM_PORT_x_TCP=1",
        "STRONGROOM_PORT_8443_TCPX=1", "STRONGROOM_SERVICE_HOSTS=1"}) {
    EXPECT_NE(refusal_of(alike), "") << alike;
  }
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

TEST(Config, TakesAListAsAnArrayOrAsOneText) {
  const std::string path = testing::TempDir() + "strongroom_config_list.toml";
  const auto no_proxy = [&](const std::string& value) {
    std::ofstream(path) << "[http]\nno_proxy = " << value << "\n";
    const auto values = values_from_file(path);
    const auto config = values ? Config::build(*values) : Result<Config>(values.error());
    return config ? config->list("http.no_proxy") : std::vector<std::string>{"refused"};
  };
  const std::vector<std::string> both{"a.example", ".b.example"};
  EXPECT_EQ(no_proxy("[\"a.example\", \".b.example\"]"), both);
  EXPECT_EQ(no_proxy("\" a.example ,.b.example,\""), both);
  EXPECT_EQ(no_proxy("[]"), std::vector<std::string>{});
  EXPECT_EQ(no_proxy("[1]"), std::vector<std::string>{"refused"});
  EXPECT_EQ(no_proxy("[\"a,b\"]"), std::vector<std::string>{"refused"});
  std::remove(path.c_str());
  const RawValue list{"server.listen", "a", "file x.toml:2", SettingKind::kList};
  EXPECT_FALSE(Config::build({list}).has_value());
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
