#pragma once
// A server on a free port of loopback, with a certificate of its own.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "http/server.h"
#include "http/testing/certificate.h"

namespace strongroom::http {

class RunningServer {
 public:
  // Serves TLS, with one loop, unless `options` says otherwise.
  explicit RunningServer(Handler handler, ServerOptions options = {})
      : log_(clock_, Log::Format::kText,
             [this](std::string_view line) { lines_.lock()->append(line); }),
        server_(with_certificate(std::move(options)), std::move(handler), log_) {
    if (const Status started = server_.start(); !started) {
      throw std::runtime_error(std::string(started.error().message.view()) +
                               started.error().detail);
    }
  }

  Server& operator*() { return server_; }
  Server* operator->() { return &server_; }
  std::uint16_t port() const { return server_.port(); }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::string log_text() { return *lines_.lock(); }

 private:
  ServerOptions with_certificate(ServerOptions options) {
    if (!options.plain) options.tls = write_certificate(directory_.path(), "server");
    return options;
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  Guarded<std::string> lines_;
  Log log_;
  Server server_;
};

// Waits until `condition` holds; false after ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

// Keeps the Responders it gets until a test takes them.
class Shelf {
 public:
  Handler handler() {
    return [this](const Request&, Responder responder) {
      const std::lock_guard lock(mutex_);
      responders_.push_back(std::move(responder));
      changed_.notify_all();
    };
  }
  Responder take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !responders_.empty(); })) {
      return {};
    }
    Responder first = std::move(responders_.front());
    responders_.erase(responders_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Responder> responders_;
};

inline ServerOptions plain_options() {
  ServerOptions options;
  options.plain = true;
  return options;
}

// Answers with what was asked: "GET /path?query body=…", so that a test sees how it was read.
inline void echo(const Request& request, Responder responder) {
  std::string text(request.method);
  text.append(" ").append(request.path).append("?").append(request.query);
  text.append(" body=").append(request.body);
  std::move(responder).send({.content_type = "text/plain", .headers = {}, .body = std::move(text)});
}

inline std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace strongroom::http
