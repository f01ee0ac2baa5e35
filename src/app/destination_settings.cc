#include "app/destination_settings.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <utility>

namespace strongroom::app {
namespace {

std::optional<int> port_of(std::string_view digits) {
  int port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, port);
  if (problem != std::errc{} || stop != end || port < 1 || port > 65'535) return std::nullopt;
  return port;
}

}  // namespace

Error in_setting(const Config& config, std::string_view key, LiteralText message) {
  return in_setting(config, key, Error{Code::kInvalidArgument, message});
}

Error in_setting(const Config& config, std::string_view key, Error error) {
  std::string where = std::string(key) + " (" + config.value(key).origin + ")";
  error.detail = error.detail.empty() ? where : where + ": " + error.detail;
  return error;
}

std::optional<HostAndPort> host_and_port(std::string_view text, int standard) {
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of(" /@?#\\[]\t\r\n") != std::string_view::npos) {
    return std::nullopt;
  }
  HostAndPort place{.host = std::string(host), .port = standard};
  if (colon == std::string_view::npos) return place;
  const auto port = port_of(text.substr(colon + 1));
  if (!port) return std::nullopt;
  place.port = *port;
  return place;
}

Result<std::string> read_trusted_ca(const Config& config, std::string_view key) {
  const std::string& path = config.text(key);
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string pem{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return in_setting(config, key, "The file with CAs to trust cannot be read, or has none.");
  }
  return pem;
}

}  // namespace strongroom::app
