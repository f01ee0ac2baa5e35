#include "app/network.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/destination_settings.h"
#include "base/secret.h"
#include "crypto/certificate.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kLargestCaFile = std::size_t{256} * 1024;

Result<http::NoProxyList> read_no_proxy(const Config& config) {
  auto list = http::NoProxyList::parse(config.list("http.no_proxy"));
  if (!list) return in_setting(config, "http.no_proxy", std::move(list).error());
  return list;
}

// One line of at most 2,048 bytes. `guarded`: the directory guards it, whatever its mode.
Result<http::ProxyCredentials> read_credentials(const std::string& path, bool guarded) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return Error{Code::kNotFound, "The file with the proxy's credentials cannot be read.", path};
  }
  struct stat about {};
  const bool known = fstat(file, &about) == 0;
  std::array<char, 2'048> buffer{};
  const ssize_t got = read(file, buffer.data(), buffer.size());
  close(file);
  std::string_view text(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  http::ProxyCredentials credentials(text);
  wipe(std::as_writable_bytes(std::span(buffer)));
  if (!known || !S_ISREG(about.st_mode) || (!guarded && (about.st_mode & 077) != 0)) {
    return Error{Code::kInvalidArgument,
                 "The file with the proxy's credentials may be used by others than its owner; "
                 "chmod 600.",
                 path};
  }
  if (auto checked = http::check_proxy_credentials(credentials); !checked) {
    checked.error().detail = path;
    return std::move(checked).error();
  }
  return credentials;
}

Result<std::optional<http::ProxyCredentials>> find_credentials(
    const Config& config, const std::string& credentials_directory) {
  std::optional<http::ProxyCredentials> found;
  std::string path = config.text("http.proxy_credentials_file");
  const bool named = !path.empty();
  if (!named && !credentials_directory.empty()) path = credentials_directory + "/proxy-credentials";
  std::error_code problem;
  if (!named && (path.empty() || !std::filesystem::exists(path, problem))) return found;
  STRONGROOM_TRY(found, read_credentials(path, !named));
  return found;
}

Result<std::string> read_extra_ca(const Config& config) {
  const std::string& path = config.text("http.extra_ca_file");
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string pem(kLargestCaFile + 1, '\0');
  file.read(pem.data(), static_cast<std::streamsize>(pem.size()));
  pem.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.is_open() || file.bad()) {
    return Error{Code::kNotFound, "The file with extra CA certificates cannot be read.", path};
  }
  if (auto checked = crypto::check_pem_certificates(pem); !checked) {
    checked.error().detail = path;
    return std::move(checked).error();
  }
  return pem;
}

}  // namespace

Status check_network(const Config& config) {
  const std::string& proxy = config.text("http.proxy");
  if (!proxy.empty()) {
    auto url = http::parse_proxy_url(proxy);
    if (!url) return in_setting(config, "http.proxy", std::move(url).error());
  }
  STRONGROOM_TRY([[maybe_unused]] const auto no_proxy, read_no_proxy(config));
  if (config.number("http.connect_timeout_s") > config.number("http.total_timeout_s")) {
    return in_setting(config, "http.connect_timeout_s",
                      "Connecting may not take longer than the whole exchange.");
  }
  if (proxy.empty() && !config.text("http.proxy_credentials_file").empty()) {
    return in_setting(config, "http.proxy_credentials_file",
                      "There are credentials, and no http.proxy.");
  }
  return {};
}

Result<http::Network> read_network(const Config& config, const std::string& credentials_directory) {
  STRONGROOM_CHECK(check_network(config));
  http::Network network;
  network.proxy_url = config.text("http.proxy");
  if (!network.proxy_url.empty()) {
    STRONGROOM_TRY(network.proxy_credentials, find_credentials(config, credentials_directory));
  }
  STRONGROOM_TRY(network.no_proxy, read_no_proxy(config));
  STRONGROOM_TRY(network.extra_ca_pem, read_extra_ca(config));
  network.connect_timeout = std::chrono::seconds(config.number("http.connect_timeout_s"));
  network.idle_timeout = std::chrono::seconds(config.number("http.idle_timeout_s"));
  network.total_timeout = std::chrono::seconds(config.number("http.total_timeout_s"));
  return network;
}

}  // namespace strongroom::app
