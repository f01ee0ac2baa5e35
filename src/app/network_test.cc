#include "app/network.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/certificate.h"

namespace strongroom::app {
namespace {

namespace fs = std::filesystem;

class NetworkTest : public testing::Test {
 protected:
  static Config config(const std::vector<RawValue>& values) {
    return Config::build(values).value();
  }
  std::string file(const std::string& name, const std::string& text, fs::perms mode) const {
    const fs::path path = directory_.path() / name;
    std::ofstream(path) << text;
    fs::permissions(path, mode);
    return path.string();
  }
  static Result<http::Network> read(const std::vector<RawValue>& values,
                                    const std::string& credentials_directory = "") {
    return read_network(config(values), credentials_directory);
  }

  static constexpr fs::perms kMine = fs::perms::owner_read | fs::perms::owner_write;
  const RawValue proxy_{"http.proxy", "http://proxy.example:3128", "file x.toml:2"};
  http::TemporaryDirectory directory_;
};

TEST_F(NetworkTest, IsDirectWhereNothingIsConfigured) {
  const auto network = read({});
  ASSERT_TRUE(network.has_value());
  EXPECT_FALSE(network->proxy_for("https://a.example/").has_value());
  EXPECT_EQ(network->connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(network->idle_timeout, std::chrono::seconds(10));
  EXPECT_EQ(network->total_timeout, std::chrono::seconds(20));
}

TEST_F(NetworkTest, ReadsProxyCredentialsListAndLimits) {
  const auto network =
      read({proxy_,
            {"http.proxy_credentials_file", file("proxy", "user:pass word\n", kMine), "flag"},
            {"http.no_proxy", " .corp.example,10.0.0.0/8 , login.example.org", "flag"},
            {"http.connect_timeout_s", "2", "flag"},
            {"http.idle_timeout_s", "3", "flag"},
            {"http.total_timeout_s", "9", "flag"}});
  ASSERT_TRUE(network.has_value()) << network.error().message.view();
  EXPECT_EQ(network->proxy_credentials->reveal(), "user:pass word");
  EXPECT_TRUE(network->proxy_for("https://a.example/").has_value());
  EXPECT_FALSE(network->proxy_for("https://x.corp.example/").has_value());
  EXPECT_FALSE(network->proxy_for("https://10.1.1.1/").has_value());
  EXPECT_EQ(network->connect_timeout, std::chrono::seconds(2));
  EXPECT_EQ(network->idle_timeout, std::chrono::seconds(3));
  EXPECT_EQ(network->total_timeout, std::chrono::seconds(9));
}

TEST_F(NetworkTest, TakesTheSystemdCredentialWhereNoFileIsNamed) {
  file("proxy-credentials", "user:password", kMine | fs::perms::group_read);
  const auto network = read({proxy_}, directory_.path().string());
  ASSERT_TRUE(network.has_value()) << network.error().message.view();
  EXPECT_EQ(network->proxy_credentials->reveal(), "user:password");
  EXPECT_FALSE(read({}, directory_.path().string())->proxy_credentials.has_value());
}

TEST_F(NetworkTest, RefusesCredentialsThatOthersMayReadOrThatAreNone) {
  for (const std::string& path :
       {file("open", "user:password", kMine | fs::perms::others_read), file("none", "user", kMine),
        file("empty", "", kMine), directory_.path().string() + "/missing",
        directory_.path().string()}) {
    const auto network = read({proxy_, {"http.proxy_credentials_file", path, "flag"}});
    ASSERT_FALSE(network.has_value()) << path;
    EXPECT_EQ(network.error().detail, path);
  }
}

TEST_F(NetworkTest, RefusesWhatMakesNoSenseAndSaysWhereItStands) {
  const std::vector<std::vector<RawValue>> bad{
      {{"http.proxy", "proxy.example:3128", "here"}},
      {{"http.proxy", "http://user:password@proxy.example", "here"}},
      {{"http.no_proxy", "*", "here"}},
      {{"http.total_timeout_s", "2", "there"}, {"http.connect_timeout_s", "3", "here"}},
      {{"http.proxy_credentials_file", "/etc/x", "here"}}};
  for (const auto& values : bad) {
    const Status checked = check_network(config(values));
    ASSERT_FALSE(checked.has_value()) << values.front().text;
    EXPECT_NE(checked.error().detail.find("(here)"), std::string::npos) << checked.error().detail;
    EXPECT_EQ(checked.error().detail.find("password"), std::string::npos);
  }
}

TEST_F(NetworkTest, RefusesAnExtraCaFileThatIsNone) {
  for (const std::string& path :
       {file("ca.pem", "no certificate", kMine), directory_.path().string() + "/missing"}) {
    const auto network = read({{"http.extra_ca_file", path, "flag"}});
    ASSERT_FALSE(network.has_value()) << path;
    EXPECT_EQ(network.error().detail, path);
  }
}

}  // namespace
}  // namespace strongroom::app
