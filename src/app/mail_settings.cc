#include "app/mail_settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "app/destination_settings.h"
#include "app/secret_file.h"
#include "base/ascii.h"
#include "base/words.h"
#include "http/mail_message.h"

namespace strongroom::app {
namespace {

using Place = http::MailSender::Place;
using Security = http::MailSender::Security;

constexpr int kTlsPort = 465;       // RFC 8314 section 7.3
constexpr int kStartTlsPort = 587;  // RFC 6409 section 3.1

// A setting that means nothing without a mail server was meant for one.
Status check_nothing_is_set(const Config& config) {
  constexpr std::array<std::string_view, 6> kOfAServer{
      "mail.domains", "mail.user", "mail.password_file", "mail.ca_file", "mail.from", "mail.to"};
  for (const std::string_view key : kOfAServer) {
    if (!config.text(key).empty()) {
      return in_setting(config, key, "This is set, and no mail.server.");
    }
  }
  return {};
}

Result<Place> server_of(const Config& config) {
  Place place;
  place.security =
      config.text("mail.security") == "starttls" ? Security::kStartTls : Security::kTls;
  const auto named = host_and_port(
      config.text("mail.server"), place.security == Security::kStartTls ? kStartTlsPort : kTlsPort);
  if (!named || named->host.find('%') != std::string::npos) {
    return in_setting(config, "mail.server",
                      "This is not a host and port, such as mail.example.org:465.");
  }
  place.host = named->host;
  place.port = named->port;
  STRONGROOM_TRY(place.trusted_ca_pem, read_trusted_ca(config, "mail.ca_file"));
  return place;
}

Result<http::MailPassword> password_of(const Config& config,
                                       const std::string& credentials_directory) {
  constexpr SecretFileWords kWords{
      .unreadable = "The file with the password for the mail server cannot be read.",
      .open_to_others =
          "The file with the password for the mail server may be used by others than "
          "its owner; chmod 600.",
      .empty = "The file with the password for the mail server has none."};
  constexpr std::string_view kKey = "mail.password_file";
  const std::string& named = config.text(kKey);
  const std::string credential =
      credentials_directory.empty() ? "" : credentials_directory + "/mail-password";
  std::error_code problem;
  if (named.empty() && (credential.empty() || !std::filesystem::exists(credential, problem))) {
    return in_setting(config, "mail.user",
                      "There is a user and no password: name a file in mail.password_file, or give "
                      "the systemd credential \"mail-password\".");
  }
  auto password = read_secret_line<http::MailPasswordKind>(named.empty() ? credential : named,
                                                           named.empty(), kWords);
  if (!password) return in_setting(config, kKey, std::move(password).error());
  return password;
}

Result<std::optional<http::MailSender::Login>> login_of(const Config& config,
                                                        const std::string& credentials_directory) {
  std::optional<http::MailSender::Login> login;
  const std::string& user = config.text("mail.user");
  if (user.empty()) {
    if (config.text("mail.password_file").empty()) return login;
    return in_setting(config, "mail.password_file", "There is a password, and no mail.user.");
  }
  const bool is_clean = std::ranges::none_of(
      user, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!is_clean) return in_setting(config, "mail.user", "There is a control character in it.");
  STRONGROOM_TRY(auto password, password_of(config, credentials_directory));
  login = http::MailSender::Login{.user = user, .password = std::move(password)};
  return login;
}

Result<std::vector<std::string>> domains_of(const Config& config) {
  std::vector<std::string> domains;
  for (std::string& domain : split_words(config.text("mail.domains"))) {
    if (!http::is_mail_address("anybody@" + domain)) {
      return in_setting(config, "mail.domains", "This is not a domain, such as example.org.");
    }
    domains.push_back(lower_case(std::move(domain)));
  }
  return domains;
}

Result<std::string> address_of(const Config& config, std::string_view key) {
  const std::string& text = config.text(key);
  if (!http::is_mail_address(text)) {
    return in_setting(config, key,
                      "This is not an e-mail address alone, such as strongroom@example.org.");
  }
  return text;
}

}  // namespace

Result<std::optional<MailSettings>> mail_settings(const Config& config,
                                                  const std::string& credentials_directory) {
  std::optional<MailSettings> settings;
  if (config.text("mail.server").empty()) {
    STRONGROOM_CHECK(check_nothing_is_set(config));
    return settings;
  }
  STRONGROOM_TRY(auto server, server_of(config));
  settings.emplace(MailSettings{.server = std::move(server), .from = {}, .to = {}});
  STRONGROOM_TRY(settings->server.login, login_of(config, credentials_directory));
  STRONGROOM_TRY(settings->from, address_of(config, "mail.from"));
  STRONGROOM_TRY(settings->domains, domains_of(config));
  if (config.text("mail.to").empty()) return settings;
  STRONGROOM_TRY(settings->to, address_of(config, "mail.to"));
  return settings;
}

Status check_mail_settings(const Config& config, const std::string& credentials_directory) {
  STRONGROOM_TRY([[maybe_unused]] const auto settings,
                 mail_settings(config, credentials_directory));
  return {};
}

}  // namespace strongroom::app
