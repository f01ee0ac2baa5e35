#include "app/mail_settings.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/certificate.h"
#include "http/testing/test_ca.h"

namespace strongroom::app {
namespace {

namespace fs = std::filesystem;
using Security = http::MailSender::Security;
using Values = std::vector<std::pair<std::string, std::string>>;

class MailSettingsTest : public testing::Test {
 protected:
  // mail.server and mail.from, and `values` over them; each from "file x.toml:2".
  static Config config(const Values& values) {
    std::vector<RawValue> raw{{"mail.server", "mail.example.org", "file x.toml:2"},
                              {"mail.from", "vault@example.org", "file x.toml:2"}};
    for (const auto& [key, text] : values) raw.push_back({key, text, "file x.toml:2"});
    return Config::build(raw).value();
  }
  std::string file(const std::string& name, const std::string& text, fs::perms mode = kMine) const {
    const fs::path path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, mode);
    return path.string();
  }
  static MailSettings read(const Values& values, const std::string& credentials_directory = "") {
    auto settings = mail_settings(config(values), credentials_directory);
    EXPECT_TRUE(settings.has_value()) << settings.error().detail;
    return std::move(settings).value().value();
  }
  // Which setting is refused; empty: none is.
  static std::string refused(const Values& values, const std::string& credentials_directory = "") {
    const Config given = config(values);
    const auto settings = mail_settings(given, credentials_directory);
    const Status checked = check_mail_settings(given, credentials_directory);
    EXPECT_EQ(settings.has_value(), checked.has_value());
    if (settings) return "";
    EXPECT_EQ(settings.error().message, checked.error().message);
    const std::string& detail = settings.error().detail;
    EXPECT_NE(detail.find(" (file x.toml:2)"), std::string::npos) << detail;
    return detail.substr(0, detail.find(' '));
  }

  static constexpr fs::perms kMine = fs::perms::owner_read | fs::perms::owner_write;
  http::TemporaryDirectory directory_;
};

TEST_F(MailSettingsTest, AreNoneWithoutAServer) {
  const auto settings = mail_settings(Config::build({}).value(), "");
  ASSERT_TRUE(settings.has_value());
  EXPECT_FALSE(settings->has_value());
}

TEST_F(MailSettingsTest, AreNotSetWithoutAServer) {
  for (const char* key :
       {"mail.from", "mail.to", "mail.user", "mail.password_file", "mail.ca_file"}) {
    const auto settings = mail_settings(Config::build({{key, "x", "flag"}}).value(), "");
    ASSERT_FALSE(settings.has_value()) << key;
    EXPECT_EQ(settings.error().detail, std::string(key) + " (flag)");
  }
}

TEST_F(MailSettingsTest, HaveThePortThatIsUsual) {
  const MailSettings plain = read({});
  EXPECT_EQ(plain.server.host, "mail.example.org");
  EXPECT_EQ(plain.server.port, 465);
  EXPECT_EQ(plain.server.security, Security::kTls);
  EXPECT_FALSE(plain.server.login.has_value());
  EXPECT_EQ(plain.server.trusted_ca_pem, "");
  EXPECT_EQ(plain.from, "vault@example.org");
  EXPECT_EQ(plain.to, "");
  EXPECT_EQ(read({{"mail.security", "starttls"}}).server.port, 587);
  EXPECT_EQ(read({{"mail.security", "starttls"}}).server.security, Security::kStartTls);
}

TEST_F(MailSettingsTest, AreReadWhole) {
  const http::TestCa ca;
  const MailSettings full = read({{"mail.server", "[2001:db8::1]:2525"},
                                  {"mail.user", "ada"},
                                  {"mail.password_file", file("password", "abcd efgh\r\n")},
                                  {"mail.ca_file", file("ca.pem", ca.pem())},
                                  {"mail.to", "on-call@example.org"}});
  EXPECT_EQ(full.server.host, "2001:db8::1");
  EXPECT_EQ(full.server.port, 2525);
  ASSERT_TRUE(full.server.login.has_value());
  EXPECT_EQ(full.server.login->user, "ada");
  EXPECT_EQ(full.server.login->password.reveal(), "abcd efgh");
  EXPECT_EQ(full.server.trusted_ca_pem, ca.pem());
  EXPECT_EQ(full.to, "on-call@example.org");
}

TEST_F(MailSettingsTest, TakeTheSystemdCredentialWhereNoFileIsNamed) {
  file("mail-password", "secret\n", kMine | fs::perms::group_read);
  const std::string credentials = directory_.path().string();
  const MailSettings settings = read({{"mail.user", "ada"}}, credentials);
  ASSERT_TRUE(settings.server.login.has_value());
  EXPECT_EQ(settings.server.login->password.reveal(), "secret");
  EXPECT_FALSE(read({}, credentials).server.login.has_value());
}

TEST_F(MailSettingsTest, RefuseAServerThatIsNone) {
  for (const char* bad :
       {":465", "mail.example.org:", "mail.example.org:0", "mail.example.org:65536",
        "mail.example.org:smtp", "mail.example.org:465x", "mail example.org",
        "smtps://mail.example.org", "ada@mail.example.org", "2001:db8::1", "[2001:db8::1",
        "mail.example.org/x", "[fe80::1%eth0]", "mail%2e:465", "mail.example.org\n"}) {
    EXPECT_EQ(refused({{"mail.server", bad}}), "mail.server") << bad;
  }
}

TEST_F(MailSettingsTest, RefuseAddressesThatAreNone) {
  EXPECT_EQ(refused({{"mail.from", ""}}), "mail.from");
  EXPECT_EQ(refused({{"mail.from", "Vault <vault@example.org>"}}), "mail.from");
  EXPECT_EQ(refused({{"mail.to", "a@example.org, b@example.org"}}), "mail.to");
  EXPECT_EQ(refused({{"mail.to", "a@example.org\r\nBcc: b@example.org"}}), "mail.to");
}

TEST_F(MailSettingsTest, RefuseAPasswordWithoutAUserAndAUserWithout) {
  EXPECT_EQ(refused({{"mail.password_file", file("password", "secret")}}), "mail.password_file");
  EXPECT_EQ(refused({{"mail.user", "ada"}}), "mail.user");
  EXPECT_EQ(refused({{"mail.user", "ada"}}, directory_.path().string()), "mail.user");
  EXPECT_EQ(refused({{"mail.user", "a\nb"}, {"mail.password_file", file("password", "secret")}}),
            "mail.user");
}

TEST_F(MailSettingsTest, RefuseAPasswordFileThatWillNotDo) {
  const auto refused_file = [](const std::string& path) {
    return refused({{"mail.user", "ada"}, {"mail.password_file", path}});
  };
  EXPECT_EQ(refused_file((directory_.path() / "missing").string()), "mail.password_file");
  EXPECT_EQ(refused_file(directory_.path().string()), "mail.password_file");
  EXPECT_EQ(refused_file(file("open", "secret", kMine | fs::perms::others_read)),
            "mail.password_file");
  EXPECT_EQ(refused_file(file("group", "secret", kMine | fs::perms::group_read)),
            "mail.password_file");
  EXPECT_EQ(refused_file(file("empty", "\n")), "mail.password_file");
  EXPECT_EQ(refused_file(file("lines", "one\ntwo\n")), "mail.password_file");
  EXPECT_EQ(refused_file(file("zero", std::string("a\0b", 3))), "mail.password_file");
  EXPECT_EQ(refused_file(file("long", std::string(8'192, 'x'))), "mail.password_file");
  EXPECT_EQ(refused_file(file("longest", std::string(8'191, 'x') + "\n")), "");
}

TEST_F(MailSettingsTest, RefuseACaFileWithoutACa) {
  EXPECT_EQ(refused({{"mail.ca_file", (directory_.path() / "missing").string()}}), "mail.ca_file");
  EXPECT_EQ(refused({{"mail.ca_file", file("ca.pem", "nothing")}}), "mail.ca_file");
}

TEST(MailSecurity, IsOneOfTwo) {
  EXPECT_FALSE(Config::build({{"mail.security", "none", "flag"}}).has_value());
  EXPECT_FALSE(Config::build({{"mail.security", "", "flag"}}).has_value());
  EXPECT_TRUE(Config::build({{"mail.security", "starttls", "flag"}}).has_value());
}

}  // namespace
}  // namespace strongroom::app
