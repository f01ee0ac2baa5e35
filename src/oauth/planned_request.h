#pragma once
// A token request that was built and is not sent, as far as people may see it: what a dry run
// shows. As SeenExchange: no secret, no token, no assertion.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "oauth/seen_exchange.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

struct PlannedRequest {
  std::string method;
  std::string url;                     // without its query
  std::string proxy;                   // empty: none
  bool has_proxy_credentials = false;  // the proxy is shown some
  std::string_view authentication = {};
  bool shows_certificate = false;               // of the client, to a server that asks for one
  std::vector<SeenParameter> headers = {};      // values only of a few that are never secret
  std::vector<SeenParameter> parameters = {};   // of the form; values as of SeenExchange
  bool has_own_ca = false;                      // false: the CAs that the machine trusts
  std::vector<std::string> allowed_addresses;   // besides those of the public internet
  std::chrono::milliseconds connect_timeout{};  // and no longer
  std::chrono::milliseconds total_timeout{};
};

// What may be seen of `request`. A pure function.
PlannedRequest planned(const TokenRequest& request);

}  // namespace strongroom::oauth
