#pragma once
// The server's own certificate, and the CAs and revocation lists of its clients: where they lie,
// that there is a certificate, and that the newest of all are used.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/data_directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "http/server.h"

namespace strongroom::app {

// A file as it was when it was read.
struct FileState {
  std::filesystem::file_time_type changed = std::filesystem::file_time_type::min();
  std::uintmax_t size = 0;
  bool operator==(const FileState&) const = default;
};

// Safe to use from any thread, after the server was started. All of these must outlive it.
class ServerCertificate {
 public:
  ServerCertificate(const Config& config, const DataDirectory& directory, const Clock& clock,
                    Log& log)
      : config_(config), directory_(directory), clock_(clock), log_(log) {}

  // As configured, or that of the local CA.
  http::TlsFiles files() const;
  // The CA to trust; empty where the certificate is one that was configured.
  std::string local_ca() const;
  // That CA's certificate in PEM; empty: there is no such CA, or its file cannot be read.
  std::string local_ca_pem() const;

  // Has the local CA make one where there is none, or it ends soon. Errors: as
  // crypto::ensure_local_ca().
  Status ensure();

  // Notes what `server`, which has just been started, uses.
  void begin(http::Server& server);
  // Reads it again.
  void reload(http::Server& server);
  // The same where the files have changed: whoever renews certificates may forget to tell us.
  void watch(http::Server& server);

  // When it ends; milliseconds since 1970, 0: not known yet.
  std::int64_t expiry() const { return expiry_.load(); }

 private:
  void read_again(http::Server& server);
  void watch_expiry(const http::Server& server);

  const Config& config_;
  const DataDirectory& directory_;
  const Clock& clock_;
  Log& log_;
  std::atomic<std::int64_t> expiry_{0};
  std::mutex mutex_;             // guards what follows, and the files
  std::vector<FileState> read_;  // the files, when all of them could be read
  WallTime complain_again_{};
  WallTime warn_again_{};
  bool warned_of_end_ = false;  // the last warning said that the certificate has expired
};

}  // namespace strongroom::app
