#include "app/server_certificate.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "app/addresses.h"
#include "crypto/local_ca.h"

namespace strongroom::app {
namespace {

constexpr std::chrono::days kCertificateWarning{21};
constexpr std::chrono::days kWarningPause{1};

// When the newer of the two files was changed.
std::filesystem::file_time_type newest_change(const http::TlsFiles& files) {
  auto newest = std::filesystem::file_time_type::min();
  for (const std::string& file :
       {files.certificate_chain, files.private_key, files.client_ca, files.client_crl}) {
    if (file.empty()) continue;
    std::error_code problem;
    const auto changed = std::filesystem::last_write_time(file, problem);
    if (!problem) newest = std::max(newest, changed);
  }
  return newest;
}

}  // namespace

http::TlsFiles ServerCertificate::files() const {
  http::TlsFiles files{directory_.local_certificate(), directory_.local_private_key()};
  if (!config_.text("server.certificate").empty()) {
    files = {config_.text("server.certificate"), config_.text("server.private_key")};
  }
  files.client_ca = config_.text("server.client_ca_file");
  files.client_crl = config_.text("server.client_crl_file");
  return files;
}

std::string ServerCertificate::local_ca() const {
  return config_.text("server.certificate").empty() ? directory_.local_ca() : std::string();
}

std::string ServerCertificate::local_ca_pem() const {
  std::ifstream file(local_ca(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Status ServerCertificate::ensure() {
  if (!config_.text("server.certificate").empty()) return {};
  const crypto::LocalCaFiles files{directory_.local_ca(), directory_.local_ca_key(),
                                   directory_.local_certificate(), directory_.local_private_key()};
  STRONGROOM_TRY(
      const bool made,
      crypto::ensure_local_ca(files, certificate_names(config_, this_machine()), clock_.now()));
  if (made) log_.info("A certificate was made by the local CA.", {{"ca", files.ca_certificate}});
  return {};
}

void ServerCertificate::begin(http::Server& server) {
  const std::lock_guard lock(mutex_);
  changed_ = newest_change(files());
  watch_expiry(server);
}

void ServerCertificate::reload(http::Server& server) {
  const std::lock_guard lock(mutex_);
  read_again(server);
}

void ServerCertificate::watch(http::Server& server) {
  const std::lock_guard lock(mutex_);
  const auto changed = newest_change(files());
  if (changed != changed_) {
    changed_ = changed;
    return read_again(server);
  }
  if (const Status made = ensure(); !made) {
    log_.failed("The server's certificate could not be renewed.", made.error());
  }
  watch_expiry(server);
}

void ServerCertificate::read_again(http::Server& server) {
  if (const Status made = ensure(); !made) {
    log_.failed("The server's certificate could not be renewed.", made.error());
  }
  if (const Status reloaded = server.reload_certificate(); !reloaded) {
    log_.failed("The certificate could not be read again; the old one stays.", reloaded.error());
    return;
  }
  log_.info("The certificate was read again.");
  watch_expiry(server);
}

void ServerCertificate::watch_expiry(const http::Server& server) {
  const auto expiry = server.certificate_expiry();
  if (!expiry) return log_.failed("The certificate's expiry is unknown.", expiry.error());
  expiry_ = expiry->time_since_epoch().count();
  const WallTime now = clock_.now();
  const bool is_over = *expiry <= now;
  if (*expiry - now >= kCertificateWarning) return;
  if (now < warn_again_ && is_over == warned_of_end_) return;
  warn_again_ = now + kWarningPause;
  warned_of_end_ = is_over;
  const std::string when = rfc3339(*expiry);
  log_.warning(is_over ? LiteralText("The server's certificate has expired; replace its files now.")
                       : LiteralText("The server's certificate expires soon; replace its files."),
               {{"expires_at", std::string_view(when)}});
}

}  // namespace strongroom::app
