#pragma once
// A server that sends exactly the bytes that it is told to, as many of them as it is told to: a
// thread for each connection, which is enough for one vault and its tests. The product's own server
// is too polite for that.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "badprovider/answer.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/listener.h"
#include "http/server.h"
#include "http/tls_context.h"

namespace strongroom::badprovider {

// Serves until the process ends.
class TlsServer {
 public:
  using Handler = std::function<Answer(const http::Request&, WallTime connected_at)>;

  // `files` nullopt: no TLS. Errors: as http::Listener::open() and http::TlsContext::load().
  static Result<std::unique_ptr<TlsServer>> open(const std::string& address,
                                                 std::optional<http::TlsFiles> files,
                                                 const Clock& clock, Handler handler);

  std::uint16_t port() const { return listener_.port(); }
  // Takes connections from now on, on a thread of its own.
  void start();

 private:
  class Connection;
  TlsServer(http::Listener listener, const Clock& clock, Handler handler);
  void accept_all();

  http::Listener listener_;
  std::unique_ptr<http::TlsContext> tls_;  // nullptr: plain
  const Clock& clock_;
  const Handler handler_;
  const http::ServerLimits limits_;
  const http::TrustedProxies proxies_;
};

}  // namespace strongroom::badprovider
