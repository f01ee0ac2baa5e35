// strongroom-badprovider: an authorization server for tests, and for whoever certifies a provider
// file. See docs/bad-provider.md.

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "badprovider/control.h"
#include "badprovider/endpoints.h"
#include "badprovider/grants.h"
#include "badprovider/options.h"
#include "badprovider/tls_server.h"
#include "badprovider/truth.h"
#include "crypto/random.h"

namespace {

using namespace strongroom;               // NOLINT(google-build-using-namespace)
using namespace strongroom::badprovider;  // NOLINT(google-build-using-namespace): the program

// Every thread inherits the block; the main one waits for the signal.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

Status serve(const Options& options, const sigset_t& signals) {
  const SystemClock clock;
  crypto::SystemRandom random;
  STRONGROOM_TRY(const auto truth, Truth::open(options.truth, clock));
  Guarded<Switches> switches(options.switches);
  Grants grants(*truth, clock, random);
  Endpoints endpoints(grants, switches, clock);
  Control control(grants, switches, *truth);
  const http::TlsFiles files{.certificate_chain = options.certificate,
                             .private_key = options.private_key};
  STRONGROOM_TRY(const auto server,
                 TlsServer::open(options.listen, files, clock,
                                 [&](const http::Request& request, WallTime connected_at) {
                                   return endpoints.answer(request, connected_at);
                                 }));
  STRONGROOM_TRY(const auto controlled,
                 TlsServer::open(options.control, std::nullopt, clock,
                                 [&](const http::Request& request, WallTime /*connected_at*/) {
                                   return control.answer(request);
                                 }));
  const std::string origin = options.origin.empty()
                                 ? "https://127.0.0.1:" + std::to_string(server->port())
                                 : options.origin;
  endpoints.set_origin(origin);
  server->start();
  controlled->start();
  std::cout << boost::json::serialize(boost::json::object{
                   {"ready", true},
                   {"origin", origin},
                   {"port", server->port()},
                   {"control", "http://127.0.0.1:" + std::to_string(controlled->port())}})
            << std::endl;  // NOLINT(performance-avoid-endl): whoever started it waits for the line
  int number = 0;
  sigwait(&signals, &number);
  std::_Exit(0);  // whoever hangs is let go; the truth is durable
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options({argv + 1, argv + argc});
  if (options && options->wants_help) {
    std::cout << help();
    return 0;
  }
  const Status served = options ? serve(*options, block_signals()) : Status(options.error());
  std::cerr << "strongroom-badprovider: " << served.error().message.view();
  if (!served.error().detail.empty()) std::cerr << " (" << served.error().detail << ")";
  std::cerr << "\n";
  return 2;
}
