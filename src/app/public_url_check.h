#pragma once
// Asks the server's own public URL for something that only this process can answer.
//
// People copy callbacks that begin with the public URL, and browsers come back to it. Whether it
// leads here is seen by going there: with a nonce, which this process alone can turn into the
// answer, so that another server, a portal's sign-in page or a cache cannot pass for it.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/public_url.h"
#include "base/clock.h"
#include "base/function.h"
#include "base/guarded.h"
#include "base/log.h"
#include "crypto/mac_key.h"
#include "crypto/random.h"
#include "http/client.h"
#include "http/network.h"
#include "http/server.h"

namespace strongroom::app {

// Safe to use from any thread.
class PublicUrlCheck {
 public:
  struct Parts {
    http::Client& client;
    const http::Network& network;
    const Clock& clock;
    crypto::Random& random;
    Log& log;
    std::function<std::string()> url;     // as people are shown it
    std::function<std::string()> own_ca;  // a PEM file; empty: the certificate is a configured one
    Executor finish;                      // takes what follows the answer
  };
  explicit PublicUrlCheck(Parts parts);

  api::PublicUrlReport last();

  // Sends the request and returns; a verdict that is another than the last one is logged. `done`
  // may be empty. It is called as api::PublicUrl::check says, and not at all where the server
  // stops.
  void check(api::PublicUrl::Done done);

  // The answer to a request of check(), whatever its path became on the way; nullopt: `request` is
  // none. It says nothing that depends on anything but the path, and never blocks.
  std::optional<http::Response> answer(const http::Request& request) const;

 private:
  struct State {
    api::PublicUrlReport last;
    bool asking = false;
    std::vector<api::PublicUrl::Done> waiting;
  };

  http::OutgoingRequest request_for(const std::string& url, const std::string& nonce) const;
  api::PublicUrlVerdict verdict_of(const http::ExchangeResult& result,
                                   const std::string& nonce) const;
  void finish(const api::PublicUrlReport& report, const std::string& detail);
  void log_verdict(const api::PublicUrlReport& report, const std::string& detail);
  std::string answer_to(std::string_view nonce, std::string_view path) const;

  const Parts parts_;
  const crypto::MacKey key_;  // of this process
  Guarded<State> state_;
};

}  // namespace strongroom::app
