#include "app/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "http/forwarded.h"
#include "http/listener.h"
#include "http/url.h"

namespace strongroom::app {
namespace {

constexpr std::array kSettings{
    Setting{"server.listen", SettingKind::kText, "127.0.0.1:8443",
            "address and port that robots and people connect to", 0, 0, "",
            TextForm::kListenAddress},
    Setting{"server.public_url", SettingKind::kText, "",
            "the address under which they reach it; empty: https:// and server.listen", 0, 0, "",
            TextForm::kHttpsUrl},
    Setting{"server.trusted_proxies", SettingKind::kList, "",
            "addresses of proxies that say whom a request is from; empty: nobody is believed", 0, 0,
            "", TextForm::kProxies},
    Setting{"server.certificate", SettingKind::kText, "",
            "PEM file with the certificate chain; empty: made by a local CA in the data directory"},
    Setting{"server.private_key", SettingKind::kText, "", "PEM file with its private key"},
    Setting{"server.client_ca_file", SettingKind::kText, "",
            "PEM file with the CAs whose client certificates robots may show; empty: none is asked "
            "for"},
    Setting{"server.client_crl_file", SettingKind::kText, "",
            "PEM file with the revocation lists of these CAs; empty: nothing is revoked"},
    Setting{"server.event_loops", SettingKind::kNumber, "0",
            "threads that serve requests; 0: one a core", 0, 256},
    Setting{"server.workers", SettingKind::kNumber, "8", "threads for administration", 1, 256},
    Setting{"server.max_connections", SettingKind::kNumber, "10000", "open connections", 16,
            1'000'000},
    Setting{"management.listen", SettingKind::kText, "127.0.0.1:9090",
            "address and port of /livez, /readyz and /metrics, without TLS", 0, 0, "",
            TextForm::kListenAddress},
    Setting{"data.directory", SettingKind::kText, "/var/lib/strongroom",
            "where the databases are kept"},
    Setting{"keys.source", SettingKind::kText, "auto",
            "where the root key comes from; auto: keys.root_key_file, else the systemd credential",
            0, 0, "auto, file, credential, passphrase, pkcs11"},
    Setting{"keys.root_key_file", SettingKind::kText, "",
            "the root key; empty: the systemd credential \"root-key\""},
    Setting{"keys.passphrase_file", SettingKind::kText, "",
            "file with the passphrase; empty: the systemd credential \"root-passphrase\", else the "
            "terminal"},
    Setting{"keys.pkcs11_key", SettingKind::kText, "",
            "label of an AES key in the token of pkcs11.token, which wraps the root key"},
    Setting{"pkcs11.module", SettingKind::kText, "",
            "shared library of a security token whose keys clients may sign with; empty: none"},
    Setting{"pkcs11.token", SettingKind::kText, "", "the label of that token"},
    Setting{"pkcs11.pin_file", SettingKind::kText, "",
            "file with its PIN; empty: the systemd credential \"pkcs11-pin\""},
    Setting{"console.idle_minutes", SettingKind::kNumber, "30",
            "minutes without a request after which whoever signed in has to do so again", 1, 1'440},
    Setting{"console.session_hours", SettingKind::kNumber, "12",
            "hours after which they have to in any case", 1, 720},
    Setting{"api_keys.longest_days", SettingKind::kNumber, "3650",
            "days after which a user API key expires at the latest", 1, 3650},
    Setting{"api_keys.may_never_expire", SettingKind::kSwitch, "false",
            "true: people may make user API keys that never expire"},
    Setting{"console.breached_passwords", SettingKind::kText, "",
            "sorted file of SHA-1 hashes of passwords that nobody may choose; empty: none"},
    Setting{"console.practice", SettingKind::kSwitch, "false",
            "true: a practice provider runs beside the server, and the console says so"},
    Setting{"lookup.requests_per_second", SettingKind::kNumber, "1000",
            "how often one robot may ask, sustained", 1, 1'000'000},
    Setting{"lookup.burst", SettingKind::kNumber, "10000", "and how often at once", 1, 10'000'000},
    Setting{"refresh.ahead", SettingKind::kSwitch, "true",
            "renew tokens before they end; false: when somebody asks for them"},
    Setting{"refresh.margin_s", SettingKind::kNumber, "300",
            "seconds before their end at the latest; of short-lived ones, a third of their life", 0,
            86'400},
    Setting{"refresh.share_percent", SettingKind::kNumber, "10",
            "or this share of their life, where that is more", 0, 50},
    Setting{"refresh.assumed_lifetime_minutes", SettingKind::kNumber, "60",
            "how long tokens are taken to live of which nobody says it; 0: they are not renewed", 0,
            525'600},
    Setting{"refresh.least_interval_s", SettingKind::kNumber, "60",
            "seconds between two renewals of one token ahead of its end, however short its life", 1,
            3'600},
    Setting{"refresh.at_once", SettingKind::kNumber, "32",
            "renewals that may be under way; of one target system, three quarters of them, and so "
            "of one "
            "project of what the others leave",
            1, 48},
    Setting{"refresh.requests_per_host", SettingKind::kNumber, "16",
            "token requests under way at once to one host of a provider", 1, 256},
    Setting{"refresh.requests_per_second_per_host", SettingKind::kNumber, "0",
            "token requests that begin in a second to one host; 0: no limit", 0, 10'000},
    Setting{"refresh.requests_per_project", SettingKind::kNumber, "32",
            "token requests under way at once for one project's clients, to all hosts together", 1,
            64},
    Setting{"backup.directory", SettingKind::kText, "",
            "where backups are kept; empty: none is made by itself"},
    Setting{"backup.every_hours", SettingKind::kNumber, "24",
            "hours between two backups that are made by themselves", 1, 8'760},
    Setting{"backup.keep", SettingKind::kNumber, "14",
            "how many of those stay; older ones are removed", 1, 10'000},
    Setting{"backup.recipients_file", SettingKind::kText, "",
            "file with the recipients that can open them, one a line (strongroom backup keygen)"},
    Setting{"catalogue.directory", SettingKind::kText, "",
            "service providers of your own, one JSON file each"},
    Setting{"http.proxy", SettingKind::kText, "",
            "proxy for requests to providers, http://host:port or https://host:port; empty: none"},
    Setting{"http.proxy_credentials_file", SettingKind::kText, "",
            "file with user:password for it; empty: the systemd credential \"proxy-credentials\", "
            "if there is one"},
    Setting{"http.no_proxy", SettingKind::kList, "",
            "hosts, .domains and address ranges that are reached without the proxy"},
    Setting{"http.extra_ca_file", SettingKind::kText, "",
            "PEM file with CAs to trust besides the system's, where a target system names none"},
    Setting{"http.connect_timeout_s", SettingKind::kNumber, "5",
            "seconds for a connection, TLS included", 1, 25},
    Setting{"http.idle_timeout_s", SettingKind::kNumber, "10",
            "seconds of a token request without a byte from the other side", 1, 25},
    // Two of these, one for each consumer secret, must fit into a lease (vault/retrievals.cc).
    Setting{"http.total_timeout_s", SettingKind::kNumber, "20", "seconds for a whole token request",
            1, 25},
    Setting{"hardening.system_call_filter", SettingKind::kSwitch, "true",
            "allow the process no system calls but those that serving needs (seccomp)"},
    Setting{"hardening.lock_memory", SettingKind::kSwitch, "true",
            "keep its memory out of the swap, where the limit of locked memory is unlimited"},
    Setting{"hardening.allow_root", SettingKind::kSwitch, "false",
            "true: serve as root too, with the production profile"},
    Setting{"audit.keep_days", SettingKind::kNumber, "0",
            "days that audit events are kept at least; 0: for ever", 0, 36'500},
    Setting{
        "audit.syslog", SettingKind::kText, "",
        "host:port of a syslog receiver that audit events are shipped to over TLS; empty: none"},
    Setting{"audit.syslog_ca_file", SettingKind::kText, "",
            "PEM file with the CAs to trust for it; empty: the system's"},
    Setting{"audit.syslog_format", SettingKind::kText, "json", "json or ocsf", 0, 0, "json, ocsf"},
    Setting{"audit.file", SettingKind::kText, "",
            "file that audit events are appended to, a line each; empty: none"},
    Setting{"audit.file_format", SettingKind::kText, "json", "json or ocsf", 0, 0, "json, ocsf"},
    Setting{"audit.https", SettingKind::kText, "",
            "URL that audit events are posted to, as JSON lines; empty: none", 0, 0, "",
            TextForm::kHttpsUrl},
    Setting{"audit.https_ca_file", SettingKind::kText, "",
            "PEM file with the CAs to trust for it; empty: the system's"},
    Setting{"audit.https_token_file", SettingKind::kText, "",
            "file with the bearer token for it; empty: the systemd credential "
            "\"audit-https-token\", if there is one"},
    Setting{"audit.https_format", SettingKind::kText, "json", "json or ocsf", 0, 0, "json, ocsf"},
    Setting{"mail.server", SettingKind::kText, "",
            "host:port of a mail server for mails about OAuth clients; empty: none are sent"},
    Setting{"mail.security", SettingKind::kText, "tls",
            "tls from the first byte, or starttls; never without", 0, 0, "tls, starttls"},
    Setting{"mail.user", SettingKind::kText, "", "whom to sign in as there; empty: nobody"},
    Setting{"mail.password_file", SettingKind::kText, "",
            "file with the password; empty: the systemd credential \"mail-password\""},
    Setting{"mail.ca_file", SettingKind::kText, "",
            "PEM file with the CAs to trust for it; empty: the system's"},
    Setting{"mail.from", SettingKind::kText, "", "address that mails come from"},
    Setting{"mail.to", SettingKind::kText, "",
            "address that gets what is about clients without an owner; empty: nobody does"},
    Setting{"mail.domains", SettingKind::kText, "",
            "domains that mail goes to, with spaces between them; empty: any"},
    Setting{"mail.gather_s", SettingKind::kNumber, "300",
            "seconds that a mail waits, so that it tells of all that happened meanwhile", 0,
            86'400},
    Setting{"log.level", SettingKind::kText, "info", "debug, info, warning or error", 0, 0,
            "debug, info, warning, error"},
    Setting{"log.format", SettingKind::kText, "auto",
            "json, text, or auto: text on a terminal, JSON lines otherwise", 0, 0,
            "json, text, auto"},
    Setting{"profile", SettingKind::kText, "production",
            "production, or development: makes a root key in the data directory", 0, 0,
            "production, development"},
};

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(kSettings, key, &Setting::key);
  return found == kSettings.end() ? nullptr : &*found;
}

bool is_choice(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find(", "), choices.size());
    if (choices.substr(0, end) == text) return true;
    choices.remove_prefix(std::min(end + 2, choices.size()));
  }
  return false;
}

// The entries of a list, without the white space around them.
std::vector<std::string> entries_of(std::string_view rest) {
  std::vector<std::string> entries;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view entry = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    while (entry.ends_with(' ')) entry.remove_suffix(1);
    if (!entry.empty()) entries.emplace_back(entry);
  }
  return entries;
}

Status check_proxies(const RawValue& raw) {
  const auto proxies = http::TrustedProxies::parse(entries_of(raw.text));
  if (proxies) return {};
  return Error{Code::kInvalidArgument, proxies.error().message,
               raw.key + " (" + raw.origin + "): " + proxies.error().detail};
}

Status check_form(const Setting& setting, const RawValue& raw) {
  if (setting.form == TextForm::kListenAddress && !http::is_listen_address(raw.text)) {
    return Error{Code::kInvalidArgument,
                 "A setting is not an address and port, such as 127.0.0.1:8443 or [::1]:8443.",
                 raw.key + " (" + raw.origin + ")"};
  }
  if (setting.form == TextForm::kProxies) return check_proxies(raw);
  if (setting.form != TextForm::kHttpsUrl || raw.text.empty()) return {};
  const auto url = http::Url::parse(raw.text);
  if (url && url->scheme == "https") return {};
  return Error{Code::kInvalidArgument, "A setting is not a URL that begins with https://.",
               raw.key + " (" + raw.origin + ")"};
}

Status check_text(const Setting& setting, const RawValue& raw) {
  if (raw.kind != SettingKind::kText) {
    return Error{Code::kInvalidArgument, "A setting must be a text, in quotes.",
                 raw.key + " (" + raw.origin + ")"};
  }
  STRONGROOM_CHECK(check_form(setting, raw));
  if (setting.choices.empty() || is_choice(setting.choices, raw.text)) return {};
  return Error{Code::kInvalidArgument, "A setting has a value that it does not know.",
               raw.key + " (" + raw.origin + ") must be one of " + std::string(setting.choices)};
}

Status check_value(const Setting& setting, const RawValue& raw) {
  if (setting.kind == SettingKind::kList && raw.kind == SettingKind::kList) {
    return check_form(setting, raw);
  }
  if (setting.kind == SettingKind::kText || setting.kind == SettingKind::kList ||
      raw.kind == SettingKind::kList) {
    return check_text(setting, raw);
  }
  if (setting.kind == SettingKind::kSwitch && raw.text != "true" && raw.text != "false") {
    return Error{Code::kInvalidArgument, "A setting must be true or false.",
                 raw.key + " (" + raw.origin + ")"};
  }
  if (setting.kind != SettingKind::kNumber) return {};
  std::int64_t number = 0;
  const char* const end = raw.text.data() + raw.text.size();
  const auto [stop, problem] = std::from_chars(raw.text.data(), end, number);
  if (problem != std::errc{} || stop != end || number < setting.least || number > setting.most) {
    return Error{Code::kInvalidArgument, "A setting is not a number in its range.",
                 raw.key + " (" + raw.origin + ") must be from " + std::to_string(setting.least) +
                     " to " + std::to_string(setting.most)};
  }
  return {};
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

Result<Config> Config::build(const std::vector<RawValue>& sources) {
  Config config;
  for (const Setting& setting : kSettings) {
    config.values_[std::string(setting.key)] = {std::string(setting.standard), "default"};
  }
  for (const RawValue& raw : sources) {
    const Setting* const setting = find_setting(raw.key);
    if (setting == nullptr) {
      return Error{Code::kInvalidArgument, "There is no such setting.",
                   raw.key + " (" + raw.origin + ")"};
    }
    STRONGROOM_CHECK(check_value(*setting, raw));
    config.values_[raw.key] = {raw.text, raw.origin};
  }
  return config;
}

const ConfiguredValue& Config::value(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) std::abort();  // a key that is not in kSettings: a bug
  return found->second;
}

std::vector<std::string> Config::list(std::string_view key) const { return entries_of(text(key)); }

std::int64_t Config::number(std::string_view key) const {
  std::int64_t number = 0;
  const std::string& digits = text(key);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);  // checked in build()
  return number;
}

}  // namespace strongroom::app
