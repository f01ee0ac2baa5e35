#include "http/server.h"

#include <exception>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "http/connection.h"
#include "http/listener.h"
#include "http/response_text.h"
#include "http/server_loop.h"
#include "http/tls_context.h"

namespace strongroom::http {

Responder::Responder(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

Responder::Responder(Responder&&) noexcept = default;

Responder& Responder::operator=(Responder&& other) noexcept {
  // What was owed here before is answered by the temporary's end.
  Responder(std::move(other)).connection_.swap(connection_);
  return *this;
}

Responder::~Responder() {
  if (connection_) connection_->answer(problem_for(500));
}

const Request& Responder::request() const { return connection_->request(); }

void Responder::send(Response response) && {
  if (const std::shared_ptr<Connection> connection = std::move(connection_)) {
    connection->answer(std::move(response));
  }
}

void Responder::send(ResponseMaker make) && {
  if (const std::shared_ptr<Connection> connection = std::move(connection_)) {
    connection->answer(std::move(make));
  }
}

bool Responder::wanted() const { return connection_ != nullptr && connection_->wanted(); }

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler handler, Log& log)
      : options_(std::move(options)),
        tls_(options_.tls),
        parts_{.limits = options_.limits,
               .proxies = options_.proxies,
               .handler = std::move(handler),
               .log = log,
               .tls = options_.plain ? nullptr : &tls_,
               .strict_transport = options_.strict_transport,
               .around_turn = options_.around_turn} {}
  ~Impl() { stop(std::chrono::milliseconds(0)); }

  Status start();
  void stop(std::chrono::milliseconds patience);
  void settle();
  std::uint16_t port() const { return port_; }
  TlsContext& tls() { return tls_; }
  bool plain() const { return options_.plain; }
  ServerCounters counters() const;

 private:
  const ServerOptions options_;
  TlsContext tls_;
  ServerParts parts_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<ServerLoop>> loops_;
};

Status Server::Impl::start() {
  if (!options_.plain) STRONGROOM_CHECK(tls_.load());
  const bool shared = options_.loops > 1;
  std::vector<Listener> listeners;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.loops); ++i) {
    STRONGROOM_TRY(Listener listener, Listener::open(options_.address, shared, port_));
    port_ = listener.port();
    listeners.push_back(std::move(listener));
  }
  try {
    for (Listener& listener : listeners) {
      loops_.push_back(std::make_unique<ServerLoop>(parts_, std::move(listener)));
    }
    for (const auto& loop : loops_) loop->start();
  } catch (const std::exception& error) {
    loops_.clear();
    return Error{Code::kUnavailable, "the event loops could not be started", error.what()};
  }
  return {};
}

void Server::Impl::stop(std::chrono::milliseconds patience) {
  for (const auto& loop : loops_) loop->stop(patience);
  for (const auto& loop : loops_) loop->join();
}

// An answer that was made on its own loop is written in that loop's next turn: two turns it is.
void Server::Impl::settle() {
  constexpr int kTurns = 2;
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<std::future<void>> passed;
    for (const auto& loop : loops_) {
      auto promise = std::make_shared<std::promise<void>>();
      passed.push_back(promise->get_future());
      loop->mailbox()->deliver({nullptr, {}, [promise] {
                                  promise->set_value();
                                  return Response{};
                                }});
    }
    // A loop that has ended drops the promise, which ends the wait as well.
    for (const std::future<void>& future : passed) future.wait();
  }
}

ServerCounters Server::Impl::counters() const {
  ServerCounters sum;
  for (const auto& loop : loops_) {
    const LoopCounters& counted = loop->counters();
    sum.connections_accepted += counted.accepted.load(std::memory_order_relaxed);
    sum.handshakes_failed += counted.handshakes_failed.load(std::memory_order_relaxed);
    sum.requests += counted.requests.load(std::memory_order_relaxed);
    sum.rejected_requests += counted.rejected.load(std::memory_order_relaxed);
  }
  sum.connections_open = parts_.open_connections.load(std::memory_order_relaxed);
  return sum;
}

Server::Server(ServerOptions options, Handler handler, Log& log)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), log)) {}

Server::~Server() = default;

Status Server::start() { return impl_->start(); }

std::uint16_t Server::port() const { return impl_->port(); }

Status Server::reload_certificate() { return impl_->plain() ? Status{} : impl_->tls().load(); }

Result<WallTime> Server::certificate_expiry() const { return impl_->tls().certificate_expiry(); }

void Server::stop(std::chrono::milliseconds patience) { impl_->stop(patience); }

void Server::settle() { impl_->settle(); }

ServerCounters Server::counters() const { return impl_->counters(); }

}  // namespace strongroom::http
