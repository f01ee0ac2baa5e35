#include "oauth/dpop_exchange.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "oauth/answer.h"
#include "oauth/clock_skew.h"

namespace strongroom::oauth {
namespace {

// A second try in less than this is one that times out.
constexpr std::chrono::milliseconds kLeastTime{500};

http::OutgoingRequest copy_of(const http::OutgoingRequest& message) {
  http::OutgoingRequest copy;
  copy.method = message.method;
  copy.url = message.url;
  copy.headers = message.headers;
  if (message.secret_header) copy.secret_header = message.secret_header->clone();
  copy.body = message.body.clone();
  copy.trusted_ca_pem = message.trusted_ca_pem;
  if (message.identity) {
    copy.identity = http::ClientIdentity{message.identity->certificate_pem,
                                         message.identity->private_key.clone()};
  }
  copy.extra_ca_pem = message.extra_ca_pem;
  copy.policy = message.policy;
  if (message.proxy) {
    http::OutgoingProxy& proxy = copy.proxy.emplace();
    proxy.url = message.proxy->url;
    if (message.proxy->credentials) proxy.credentials = message.proxy->credentials->clone();
    proxy.trusted_ca_pem = message.proxy->trusted_ca_pem;
    proxy.extra_ca_pem = message.proxy->extra_ca_pem;
    proxy.policy = message.proxy->policy;
  }
  copy.limits = message.limits;
  copy.unix_socket = message.unix_socket;
  copy.trace = message.trace;
  return copy;
}

// RFC 9449 section 8 says 400; some say 401, as section 9 does for resources.
bool wants_nonce(const http::IncomingResponse& response) {
  if (response.status != 400 && response.status != 401) return false;
  const auto answer =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  if (!answer || !answer->is_object()) return false;
  const boost::json::value* const error = answer->get_object().if_contains("error");
  return error != nullptr && error->is_string() && error->get_string() == "use_dpop_nonce";
}

// Nothing was sent.
http::ExchangeFailure unsigned_failure(const Error& why) {
  return {.hop = http::Hop::kLocal,
          .message = "The proof of the client's key could not be signed.",
          .detail = why.detail,
          .may_have_arrived = false};
}

// With a proof of its own each time (section 11.1).
Status prove(const DpopNonces& nonces, const DpopProver& key, http::OutgoingRequest& message) {
  const DpopNonces::Known known = nonces.known_of(message.url);
  STRONGROOM_TRY(
      std::string proof,
      key.prove({.method = message.method, .url = message.url, .nonce = known.nonce}, known.ahead));
  message.headers.push_back({std::string(kDpopHeader), std::move(proof)});
  return {};
}

void learn(DpopNonces& nonces, const std::string& url, const http::IncomingResponse& response) {
  nonces.learn(url, response.headers,
               clock_skew(response.headers, response.sent_at, response.took));
}

// The second one, and no third.
void send_again(http::Client& client, DpopNonces& nonces, const DpopProver& key,
                http::OutgoingRequest message, http::ExchangeResult first,
                const std::shared_ptr<SeenExchange>& seen, http::ExchangeDone done) {
  if (const Status proved = prove(nonces, key, message); !proved) return done(std::move(first));
  if (seen) seen->request.parameters.push_back({std::string(kDpopHeader), ""});
  if (message.trace) *message.trace = {};
  const std::string url = message.url;
  client.send(std::move(message),
              [&nonces, url, done = std::move(done)](http::ExchangeResult second) mutable {
                if (second) learn(nonces, url, *second);
                done(std::move(second));
              });
}

}  // namespace

void send_with_proof(http::Client& client, DpopNonces& nonces,
                     std::shared_ptr<const DpopProver> key, http::OutgoingRequest message,
                     std::shared_ptr<SeenExchange> seen, http::ExchangeDone done) {
  http::OutgoingRequest again = copy_of(message);
  if (const Status proved = prove(nonces, *key, message); !proved) {
    return done(tl::unexpected(unsigned_failure(proved.error())));
  }
  client.send(std::move(message), [&client, &nonces, key = std::move(key), again = std::move(again),
                                   seen = std::move(seen),
                                   done = std::move(done)](http::ExchangeResult first) mutable {
    if (!first) return done(std::move(first));
    learn(nonces, again.url, *first);
    again.limits.total_timeout -= first->took;
    const bool is_again = wants_nonce(*first) && !dpop_nonce_in(first->headers).empty() &&
                          again.limits.total_timeout >= kLeastTime;
    if (!is_again) return done(std::move(first));
    send_again(client, nonces, *key, std::move(again), std::move(first), seen, std::move(done));
  });
}

}  // namespace strongroom::oauth
