#pragma once
// Sends a token request and says what came of it.

#include <memory>

#include "base/function.h"
#include "http/client.h"
#include "oauth/dpop_nonces.h"
#include "oauth/endpoint_check.h"
#include "oauth/raw_answer.h"
#include "oauth/token_request.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {

class DpopProver;

// The key that a request proves besides; null: none, and tokens are for whoever bears them.
using ProvedKey = std::shared_ptr<const DpopProver>;

// Safe to use from any thread.
class TokenClient {
 public:
  // `client` must outlive every request.
  explicit TokenClient(http::Client& client) : client_(client) {}

  // Sends `request` once; nothing is tried again here, but where `key` is proved and the server
  // wants its nonce in the proof: then once more, with a new proof, within the same time (RFC 9449
  // section 8). Calls `done` exactly once, on a thread of the http client that must not be blocked:
  // hand the result to an Executor.
  using Done = UniqueFunction<void(TokenResult)>;
  void request(TokenRequest request, Done done, ProvedKey key = nullptr);

  // The same, and waits, up to ten seconds: for a worker thread, never on an event loop.
  TokenResult request_and_wait(TokenRequest request, ProvedKey key = nullptr);

  // As request(), and what came is not read yet: for answers that may carry a refresh token, which
  // have to be durable first (invariant 9). read_answer() reads it, then or after a restart. What
  // the answer says is not in request.seen: note_failure() adds it.
  using RawDone = UniqueFunction<void(RawResult)>;
  void request_raw(TokenRequest request, RawDone done, ProvedKey key = nullptr);

  // Sends `request` once and says which hops it passed; whatever token comes back is thrown away.
  // `facts` says whether the request is a whole one; the rest of it is filled in here. As to
  // `done`, as above.
  using Checked = UniqueFunction<void(EndpointCheck)>;
  void check(TokenRequest request, CheckFacts facts, Checked done, ProvedKey key = nullptr);

 private:
  void send(http::OutgoingRequest message, const std::shared_ptr<SeenExchange>& seen, ProvedKey key,
            http::ExchangeDone done);

  http::Client& client_;
  DpopNonces nonces_;
};

// Adds to what was seen of an exchange why it gave no token.
void note_failure(const TokenFailure& failure, SeenExchange& seen);

// What a failed exchange means for the token. A pure function.
TokenFailure classify(const http::ExchangeFailure& failure);

}  // namespace strongroom::oauth
