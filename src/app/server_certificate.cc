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

constexpr std::chrono::minutes kTroublePause{1};

// What tells whether one of them is another file than before, an older one too.
std::vector<FileState> states_of(const http::TlsFiles& files) {
  std::vector<FileState> states;
  for (const std::string& file :
       {files.certificate_chain, files.private_key, files.client_ca, files.client_crl}) {
    FileState state;
    std::error_code problem;
    state.changed = std::filesystem::last_write_time(file, problem);
    if (problem) state.changed = std::filesystem::file_time_type::min();
    state.size = std::filesystem::file_size(file, problem);
    if (problem) state.size = 0;
    states.push_back(state);
  }
  return states;
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
  read_ = states_of(files());
  watch_expiry(server);
}

void ServerCertificate::reload(http::Server& server) {
  const std::lock_guard lock(mutex_);
  read_again(server);
}

void ServerCertificate::watch(http::Server& server) {
  const std::lock_guard lock(mutex_);
  if (states_of(files()) != read_) return read_again(server);
  if (const Status made = ensure(); !made) {
    log_.failed("The server's certificate could not be renewed.", made.error());
  }
  watch_expiry(server);
}

// What could not be read is tried again at the next look, and said once a minute: a file may be in
// the middle of being replaced.
void ServerCertificate::read_again(http::Server& server) {
  if (const Status made = ensure(); !made) {
    log_.failed("The server's certificate could not be renewed.", made.error());
  }
  const auto states = states_of(files());  // before they are read
  if (const Status reloaded = server.reload_certificate(); !reloaded) {
    const WallTime now = clock_.now();
    if (now < complain_again_) return;
    complain_again_ = now + kTroublePause;
    return log_.failed(
        "A certificate, CA or revocation list could not be read again; the old one stays.",
        reloaded.error());
  }
  read_ = states;
  complain_again_ = {};
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
