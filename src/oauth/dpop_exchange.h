#pragma once
// One request with a proof of the client's key, and, where the server wants its nonce in it, once
// more: RFC 9449 sections 5 and 8. For oauth/token_client.cc.

#include <memory>

#include "http/client.h"
#include "oauth/dpop_nonces.h"
#include "oauth/dpop_proof.h"
#include "oauth/seen_exchange.h"

namespace strongroom::oauth {

// Sends `message` with a proof; a second time, with another proof, only if the answer is
// "use_dpop_nonce" and brings a nonce, and only within the time that the first had. What `done`
// gets is the last answer. Each answer's nonce is kept in `nonces`, which must outlive the exchange
// as `client` must. `seen`, if there is one, shows that a second proof was sent.
void send_with_proof(http::Client& client, DpopNonces& nonces,
                     std::shared_ptr<const DpopProver> key, http::OutgoingRequest message,
                     std::shared_ptr<SeenExchange> seen, http::ExchangeDone done);

}  // namespace strongroom::oauth
