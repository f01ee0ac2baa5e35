#pragma once
// How the server listens: for people and robots, and for those who watch it.

#include <functional>

#include "app/config.h"
#include "base/log.h"
#include "base/result.h"
#include "http/server.h"

namespace strongroom::app {

// For people and robots, but for `around_turn`. Errors: kInvalidArgument, server.trusted_proxies is
// no list of addresses.
Result<http::ServerOptions> public_listener(const Config& config, const http::TlsFiles& tls,
                                            Log& log);

// Health and metrics, without TLS.
http::ServerOptions management_listener(const Config& config);

}  // namespace strongroom::app
