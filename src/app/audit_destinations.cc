#include "app/audit_destinations.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/destination_settings.h"
#include "app/secret_file.h"
#include "base/secret.h"
#include "http/tls_stream.h"

namespace strongroom::app {
namespace {

using BearerToken = Secret<struct AuditTokenKind>;
using Entries = std::vector<audit::Trail::Entry>;

constexpr Milliseconds kPatience{10'000};

// One event as the sink wants it, without a newline.
struct Format {
  audit::Shipper shipper;
  bool is_ocsf = false;

  std::string record(const audit::Trail::Entry& entry) const {
    return is_ocsf ? ocsf_record(entry, shipper) : json_record(entry, shipper);
  }
};

// Lines at the end of a file that others move away: it is opened anew when another, or none, is at
// its place.
class FileDestination final : public AuditDestination {
 public:
  FileDestination(std::string path, Format format)
      : path_(std::move(path)), format_(std::move(format)) {}
  ~FileDestination() override { close_file(); }

  Status send(const Entries& entries, const std::function<bool()>& /*stopping*/) override {
    STRONGROOM_CHECK(open_file());
    std::string text;
    if (!ends_with_newline()) text.push_back('\n');  // of a line that was not written whole
    for (const auto& entry : entries) text.append(format_.record(entry)).push_back('\n');
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t written = write(file_, rest.data(), rest.size());
      if (written <= 0) return unwritable();
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fdatasync(file_) != 0) return unwritable();
    return {};
  }
  void reopen() override { reopen_ = true; }

 private:
  Status unwritable() {
    close_file();
    return Error{Code::kUnavailable, "The file for audit events cannot be written.", path_};
  }
  void close_file() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }
  bool is_at_its_place() const {
    struct stat ours {};
    struct stat there {};
    return fstat(file_, &ours) == 0 && stat(path_.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  }
  bool is_file() const {
    struct stat about {};
    return fstat(file_, &about) == 0 && S_ISREG(about.st_mode);
  }
  bool ends_with_newline() const {
    struct stat about {};
    char last = '\n';
    if (fstat(file_, &about) != 0 || about.st_size == 0) return true;
    return pread(file_, &last, 1, about.st_size - 1) != 1 || last == '\n';
  }
  Status open_file() {
    if (reopen_.exchange(false) || (file_ >= 0 && !is_at_its_place())) close_file();
    if (file_ >= 0) return {};
    // O_NONBLOCK: nobody waits for a pipe that is at its place.
    constexpr int kFlags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    file_ = open(path_.c_str(), kFlags);
    if (file_ >= 0) return is_file() ? Status() : unwritable();
    if (errno != ENOENT) return unwritable();
    file_ = open(path_.c_str(), kFlags | O_CREAT | O_EXCL, kMode);
    // Whoever ships it on reads it as the group, whatever the process's umask takes away.
    return file_ >= 0 && fchmod(file_, kMode) == 0 ? Status() : unwritable();
  }

  static constexpr mode_t kMode = 0640;

  const std::string path_;
  const Format format_;
  int file_ = -1;
  std::atomic<bool> reopen_ = false;
};

// RFC 5425. It never answers: what it got shows only in that the connection stands.
class SyslogDestination final : public AuditDestination {
 public:
  SyslogDestination(http::TlsStream::Place place, Format format)
      : place_(std::move(place)), format_(std::move(format)) {}

  Status send(const Entries& entries, const std::function<bool()>& stopping) override {
    if (stream_ && !stream_->is_open()) stream_.reset();
    if (!stream_) {
      STRONGROOM_TRY(stream_, http::TlsStream::connect(place_, kPatience, stopping));
    }
    for (const auto& entry : entries) {
      if (stopping()) return Error{Code::kUnavailable, "The server stops."};
      const std::string frame = syslog_frame(entry, format_.shipper, format_.record(entry));
      if (Status sent = stream_->send(frame, kPatience, stopping); !sent) {
        stream_.reset();
        return sent;
      }
    }
    return {};
  }
  Status confirm() override {
    if (stream_ && stream_->is_open()) return {};
    stream_.reset();
    return Error{Code::kUnavailable, "The syslog receiver closed the connection."};
  }

 private:
  const http::TlsStream::Place place_;
  const Format format_;
  std::optional<http::TlsStream> stream_;
};

// A POST of JSON lines; any 2xx says that all of them arrived.
class HttpsDestination final : public AuditDestination {
 public:
  struct Place {
    std::string url;
    std::string trusted_ca_pem;  // empty: the system's
    std::optional<BearerToken> token;
  };
  HttpsDestination(Place place, Format format, http::Client& client, const http::Network& network)
      : place_(std::move(place)), format_(std::move(format)), client_(client), network_(network) {}

  Status send(const Entries& entries, const std::function<bool()>& stopping) override {
    const auto answer = std::make_shared<Answer>();
    client_.send(request(entries), [answer](http::ExchangeResult result) {
      const std::lock_guard lock(answer->mutex);
      answer->outcome = outcome_of(result);
      answer->arrived.notify_one();
    });
    std::unique_lock lock(answer->mutex);
    while (!answer->outcome) {
      if (stopping()) return Error{Code::kUnavailable, "The server stops."};
      answer->arrived.wait_for(lock, std::chrono::milliseconds(200));
    }
    return *answer->outcome;
  }

 private:
  struct Answer {
    std::mutex mutex = {};
    std::condition_variable arrived = {};
    std::optional<Status> outcome = {};
  };

  static Status outcome_of(const http::ExchangeResult& result) {
    if (!result) {
      return Error{Code::kUnavailable, result.error().message, result.error().detail};
    }
    if (result->status >= 200 && result->status < 300) return {};
    const std::string status = "status " + std::to_string(result->status);
    if (result->status == 401 || result->status == 403) {
      return Error{Code::kUnavailable, "The receiver does not accept the token.", status};
    }
    return Error{Code::kUnavailable, "The receiver refused audit events.", status};
  }

  http::OutgoingRequest request(const Entries& entries) const {
    http::OutgoingRequest request;
    request.url = place_.url;
    request.headers.push_back({"Content-Type", "application/x-ndjson"});
    if (place_.token) {
      std::string line = "Authorization: Bearer ";
      line.append(place_.token->reveal());
      request.secret_header.emplace(line);
      wipe(line);
    }
    std::string body;
    for (const auto& entry : entries) body.append(format_.record(entry)).push_back('\n');
    request.body = http::RequestBody(body);
    network_.apply_to(request);
    request.trusted_ca_pem = place_.trusted_ca_pem;
    request.proxy = network_.proxy_for(place_.url);
    // Anywhere: whoever runs the server named this URL.
    request.policy.allowed = {*http::AddressRange::parse("0.0.0.0/0"),
                              *http::AddressRange::parse("::/0")};
    request.limits.total_timeout = kPatience;
    return request;
  }

  const Place place_;
  const Format format_;
  http::Client& client_;
  const http::Network& network_;
};

Result<http::TlsStream::Place> syslog_place(const Config& config) {
  http::TlsStream::Place place;
  const auto named = host_and_port(config.text("audit.syslog"), place.port);
  if (!named) {
    return in_setting(config, "audit.syslog",
                      "This is not a host and port, such as "
                      "logs.example.org:6514.");
  }
  place.host = named->host;
  place.port = named->port;
  STRONGROOM_TRY(place.trusted_ca_pem, read_trusted_ca(config, "audit.syslog_ca_file"));
  return place;
}

constexpr SecretFileWords kTokenWords{
    .unreadable = "The file with the token for audit.https cannot be read.",
    .open_to_others =
        "The file with the token for audit.https may be used by others than its owner; chmod 600.",
    .empty = "The file with the token for audit.https has none."};

Result<BearerToken> read_token(const std::string& path, bool guarded) {
  STRONGROOM_TRY(BearerToken token, read_secret_line<AuditTokenKind>(path, guarded, kTokenWords));
  if (token.reveal().find(' ') != std::string_view::npos) {
    return Error{Code::kInvalidArgument, kTokenWords.empty, path};
  }
  return token;
}

Result<std::optional<BearerToken>> find_token(const Config& config,
                                              const std::string& credentials_directory) {
  std::optional<BearerToken> found;
  std::string path = config.text("audit.https_token_file");
  const bool named = !path.empty();
  if (!named && !credentials_directory.empty()) path = credentials_directory + "/audit-https-token";
  std::error_code problem;
  if (!named && (path.empty() || !std::filesystem::exists(path, problem))) return found;
  STRONGROOM_TRY(found, read_token(path, !named));
  return found;
}

Result<HttpsDestination::Place> https_place(const Config& config,
                                            const std::string& credentials_directory) {
  HttpsDestination::Place place{
      .url = config.text("audit.https"), .trusted_ca_pem = {}, .token = {}};
  STRONGROOM_TRY(place.trusted_ca_pem, read_trusted_ca(config, "audit.https_ca_file"));
  STRONGROOM_TRY(place.token, find_token(config, credentials_directory));
  return place;
}

template <class T>
Status checked(const Result<T>& result) {
  return result ? Status() : Status(result.error());
}

}  // namespace

Result<std::vector<AuditSink>> audit_sinks(const Config& config,
                                           const std::string& credentials_directory,
                                           const audit::Shipper& shipper, http::Client& client,
                                           const http::Network& network) {
  std::vector<AuditSink> sinks;
  const auto format = [&](std::string_view key) {
    return Format{shipper, config.text(key) == "ocsf"};
  };
  const auto name_of = [](const Format& made) -> std::string_view {
    return made.is_ocsf ? "ocsf" : "json";
  };
  if (!config.text("audit.syslog").empty()) {
    STRONGROOM_TRY(auto place, syslog_place(config));
    const Format made = format("audit.syslog_format");
    sinks.push_back(
        {"syslog", name_of(made), std::make_unique<SyslogDestination>(std::move(place), made)});
  }
  if (const std::string& path = config.text("audit.file"); !path.empty()) {
    const Format made = format("audit.file_format");
    sinks.push_back({"file", name_of(made), std::make_unique<FileDestination>(path, made)});
  }
  if (!config.text("audit.https").empty()) {
    STRONGROOM_TRY(auto place, https_place(config, credentials_directory));
    const Format made = format("audit.https_format");
    sinks.push_back({"https", name_of(made),
                     std::make_unique<HttpsDestination>(std::move(place), made, client, network)});
  }
  return sinks;
}

Status check_audit_sinks(const Config& config, const std::string& credentials_directory) {
  if (!config.text("audit.syslog").empty()) STRONGROOM_CHECK(checked(syslog_place(config)));
  if (config.text("audit.https").empty()) return {};
  return checked(https_place(config, credentials_directory));
}

}  // namespace strongroom::app
