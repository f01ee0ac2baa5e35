#pragma once
// What of an outgoing request can be refused before a byte is sent. No network here, so a test can
// ask about anything.

#include <optional>
#include <vector>

#include "http/client.h"
#include "http/url.h"

namespace strongroom::http {

// The URL of `request`, or why the request must not be sent: kUrl for a URL that Url::parse refuses
// or plain http that the policy does not allow; kSend for a method or header that would not
// survive on the wire as one line, or that is the client's own to write (Host, Content-Length, …).
tl::expected<Url, ExchangeFailure> check_request(const OutgoingRequest& request);

// Why an exchange with a host that has these addresses must not take place; nullopt if it may. One
// bad address refuses the whole host: a name that mixes public and private addresses is either an
// attack or broken.
std::optional<ExchangeFailure> judge_addresses(const Url& url, const AddressPolicy& policy,
                                               const std::vector<IpAddress>& addresses);

}  // namespace strongroom::http
