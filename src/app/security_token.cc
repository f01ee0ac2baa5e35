#include "app/security_token.h"

#include <array>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kLongestPin = 255;
constexpr std::size_t kLongestLabel = 32;  // of PKCS#11

Error in_setting(const Config& config, std::string_view key, Error error) {
  std::string where = std::string(key) + " (" + config.value(key).origin + ")";
  error.detail = error.detail.empty() ? where : where + ": " + error.detail;
  return error;
}

// One line. `guarded`: the directory guards it, whatever its mode.
Result<crypto::TokenPin> read_pin(const std::string& path, bool guarded) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return Error{Code::kNotFound, "The file with the security token's PIN cannot be read.", path};
  }
  struct stat about {};
  const bool known = fstat(file, &about) == 0;
  std::array<char, kLongestPin + 3> buffer{};
  const ssize_t got = read(file, buffer.data(), buffer.size());
  close(file);
  std::string_view text(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  const bool is_pin =
      !text.empty() && text.size() <= kLongestPin && text.find('\n') == std::string_view::npos;
  crypto::TokenPin pin(is_pin ? text : std::string_view());
  wipe(std::as_writable_bytes(std::span(buffer)));
  if (!known || !S_ISREG(about.st_mode) || (!guarded && (about.st_mode & 077) != 0)) {
    return Error{Code::kInvalidArgument,
                 "The file with the security token's PIN may be used by others than its owner; "
                 "chmod 600.",
                 path};
  }
  if (is_pin) return pin;
  return Error{Code::kInvalidArgument,
               "The file with the security token's PIN does not hold one line of 1 to 255 "
               "characters.",
               path};
}

}  // namespace

Result<crypto::TokenPin> find_pin(const Config& config, const std::string& credentials_directory) {
  const std::string& named = config.text("pkcs11.pin_file");
  if (!named.empty()) return read_pin(named, false);
  if (!credentials_directory.empty()) return read_pin(credentials_directory + "/pkcs11-pin", true);
  return Error{Code::kNotFound,
               "No PIN for the security token: set pkcs11.pin_file or give the systemd credential "
               "\"pkcs11-pin\"."};
}

Status check_security_token(const Config& config) {
  const bool has_module = !config.text("pkcs11.module").empty();
  const std::string& token = config.text("pkcs11.token");
  if (!has_module && (!token.empty() || !config.text("pkcs11.pin_file").empty())) {
    return in_setting(config, "pkcs11.module",
                      Error{Code::kInvalidArgument, "A security token is named, and no module."});
  }
  if (has_module && (token.empty() || token.size() > kLongestLabel)) {
    return in_setting(
        config, "pkcs11.token",
        Error{Code::kInvalidArgument, "The label of the security token has 1 to 32 characters."});
  }
  return {};
}

Result<std::shared_ptr<crypto::Pkcs11>> open_security_token(
    const Config& config, const std::string& credentials_directory, Log& log) {
  STRONGROOM_CHECK(check_security_token(config));
  if (config.text("pkcs11.module").empty()) return std::shared_ptr<crypto::Pkcs11>();
  STRONGROOM_TRY(crypto::TokenPin pin, find_pin(config, credentials_directory));
  auto tokens = crypto::Pkcs11::load({.module = config.text("pkcs11.module"),
                                      .token = config.text("pkcs11.token"),
                                      .pin = std::move(pin)});
  if (!tokens) return in_setting(config, "pkcs11.module", std::move(tokens).error());
  const Status signed_in = (*tokens)->sign_in();
  if (signed_in) return tokens;
  if (signed_in.error().problem == "security_token_missing") {
    log.failed("The security token is not there; its keys work when it is.", signed_in.error());
    return tokens;
  }
  return in_setting(config, "pkcs11.pin_file", signed_in.error());
}

}  // namespace strongroom::app
