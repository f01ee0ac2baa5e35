#include "app/loopback_callback.h"

#include <mutex>
#include <string_view>
#include <utility>

namespace strongroom::app {
namespace {

constexpr std::string_view kPath = "/callback";
constexpr std::string_view kHost = "127.0.0.1";
constexpr std::chrono::milliseconds kToSayGoodbye{2'000};

// Plain text: nothing of the answer is shown, and there is nothing in it that a browser could run.
http::Response page(int status, std::string text) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.headers = {{"Cache-Control", "no-store"},
                      {"Content-Security-Policy", "default-src 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = std::move(text);
  return response;
}

}  // namespace

// Takes the first answer that is for this flow, from whichever connection.
class LoopbackCallback::Once {
 public:
  explicit Once(const oauth::State& state) : state_(state) {}

  std::future<oauth::AuthorizationResponse> future() { return promise_.get_future(); }

  // False: it is not the one that is waited for, or not the first.
  bool take(std::string_view query) {
    auto answer = oauth::AuthorizationResponse::parse(query);
    if (!answer || !oauth::is_same(state_, answer->state().reveal())) return false;
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_taken_, true)) return false;
    promise_.set_value(*std::move(answer));
    return true;
  }

 private:
  const oauth::State& state_;
  std::mutex mutex_;
  bool is_taken_ = false;
  std::promise<oauth::AuthorizationResponse> promise_;
};

LoopbackCallback::LoopbackCallback(const oauth::State& state, Log& log)
    : log_(log), once_(std::make_shared<Once>(state)), arrived_(once_->future()) {}

LoopbackCallback::~LoopbackCallback() = default;

Status LoopbackCallback::start(std::uint16_t port) {
  http::ServerOptions options;
  options.address = std::string(kHost) + ":" + std::to_string(port);
  options.plain = true;  // nothing of it leaves the machine (RFC 8252 section 8.3)
  options.limits.max_connections = 16;
  options.limits.max_header_bytes = oauth::kMaxAuthorizationResponse;
  options.limits.max_body_bytes = 1024;
  // A page of somebody else's whose name leads here may not bring an answer: by the address only.
  const auto handle = [this, once = once_](const http::Request& request,
                                           http::Responder responder) {
    const std::string here = std::string(kHost) + ":" + std::to_string(server_->port());
    if (request.path != kPath || request.header("Host") != here) {
      return std::move(responder).send(page(404, "There is nothing here.\n"));
    }
    if (request.method != "GET" || !once->take(request.query)) {
      return std::move(responder).send(page(400, "This is not the answer that is waited for.\n"));
    }
    std::move(responder).send(
        page(200, "The answer has arrived. Go back to the terminal; this page can be closed.\n"));
  };
  server_ = std::make_unique<http::Server>(std::move(options), handle, log_);
  return server_->start();
}

std::string LoopbackCallback::redirect_uri() const {
  return "http://" + std::string(kHost) + ":" + std::to_string(server_->port()) +
         std::string(kPath);
}

Result<oauth::AuthorizationResponse> LoopbackCallback::wait(std::chrono::seconds patience) {
  const bool in_time = arrived_.wait_for(patience) == std::future_status::ready;
  server_->stop(kToSayGoodbye);
  if (in_time) return arrived_.get();
  return Error{Code::kUnavailable, "Nobody came back from the provider in time."};
}

}  // namespace strongroom::app
