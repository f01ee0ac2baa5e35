#pragma once
// What of an outgoing request can be refused before a byte is sent. No network here, so a test can
// ask about anything.

#include <optional>
#include <vector>

#include "http/client.h"
#include "http/url.h"

namespace strongroom::http {

// Where a request goes, and through which proxy.
struct Route {
  Url url;
  std::optional<Url> proxy;
};

// The route of `request`, or why the request must not be sent: kUrl for a URL that Url::parse
// refuses or plain http that the policy does not allow; kProxy for a proxy that cannot be
// used; kSend for a method or header that would not survive on the wire as one line, or that is the
// client's own to write (Host, Content-Length, …).
tl::expected<Route, ExchangeFailure> check_request(const OutgoingRequest& request);

// Why an exchange with a host that has these addresses must not take place; nullopt if it may. One
// bad address refuses the whole host: a name that mixes public and private addresses is either an
// attack or broken.
std::optional<ExchangeFailure> judge_addresses(const Url& url, const AddressPolicy& policy,
                                               const std::vector<IpAddress>& addresses);

// The same for a request as a whole, whose `server` and `proxy` have these addresses. Behind a
// proxy a server may have none that is known here: then the proxy resolves its name. What is known
// here is judged all the same, or a proxy would open what the policy closes.
std::optional<ExchangeFailure> judge_route(const OutgoingRequest& request, const Route& route,
                                           const std::vector<IpAddress>& server,
                                           const std::vector<IpAddress>& proxy);

}  // namespace strongroom::http
