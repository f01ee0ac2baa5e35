#pragma once
// The Client that is used outside tests: libcurl, one thread that drives all exchanges, and a few
// that resolve names.

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "http/client.h"
#include "http/resolver.h"

namespace strongroom::http {

// Names are resolved first, every address judged by the request's policy, and the connection goes
// to those addresses and no others (DNS answers are pinned, so a second answer cannot differ).
// Each exchange has a connection and a TLS session of its own: none is ever shared between
// credentials, trusted CAs or policies. Nothing is taken from the environment: no proxy, no netrc.
class CurlClient final : public Client {
 public:
  struct Options {
    std::size_t resolver_threads = 4;
    std::size_t max_exchanges = 1'000;  // under way at once; further ones wait
    std::size_t max_per_host = 16;      // to one origin by one proxy, or by none
  };
  // The references must outlive the client.
  CurlClient(Options options, const Clock& clock, Resolver& resolver, Log& log);
  // Ends what is under way; every `done` has been called afterwards. Waits for a name that is just
  // being resolved. Not from inside a `done`, nor while another thread is in send().
  ~CurlClient() override;

  // The total time counts from here, waiting for a turn included.
  void send(OutgoingRequest request, ExchangeDone done) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::http
