#pragma once
// Where the browser of a person at this machine brings a provider's answer to a program that runs
// on it: RFC 8252 sections 7.3 and 8.3.

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "http/server.h"
#include "oauth/authorization_response.h"
#include "oauth/flow_secrets.h"

namespace strongroom::app {

// Listens on 127.0.0.1 alone, for one answer that has the flow's state; whatever else comes is
// refused and forgotten, whoever sends it. start(), then wait(), from one thread.
class LoopbackCallback {
 public:
  // `state` and `log` must outlive it.
  LoopbackCallback(const oauth::State& state, Log& log);
  LoopbackCallback(const LoopbackCallback&) = delete;
  LoopbackCallback& operator=(const LoopbackCallback&) = delete;
  ~LoopbackCallback();

  // `port` 0: the system chooses. Errors: kUnavailable, the port is taken.
  Status start(std::uint16_t port);

  // "http://127.0.0.1:{port}/callback", once started.
  std::string redirect_uri() const;

  // The answer; nothing listens any more afterwards. Errors: kUnavailable, nobody came in time.
  Result<oauth::AuthorizationResponse> wait(std::chrono::seconds patience);

 private:
  class Once;

  Log& log_;
  std::shared_ptr<Once> once_;
  std::future<oauth::AuthorizationResponse> arrived_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace strongroom::app
