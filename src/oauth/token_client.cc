#include "oauth/token_client.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "oauth/clock_skew.h"
#include "oauth/dpop_exchange.h"
#include "oauth/dpop_proof.h"

namespace strongroom::oauth {
namespace {

// Somebody's browser waits for it.
constexpr std::chrono::milliseconds kLongestWait{10'000};

FailureCause cause_of(http::Hop hop) {
  switch (hop) {
    case http::Hop::kUrl:
      return FailureCause::kInvalidSettings;
    case http::Hop::kName:
      return FailureCause::kNameUnresolved;
    case http::Hop::kAddressPolicy:
      return FailureCause::kAddressPolicy;
    case http::Hop::kProxy:
      return FailureCause::kProxy;
    case http::Hop::kConnect:
      return FailureCause::kUnreachable;
    case http::Hop::kTls:
      return FailureCause::kTls;
    case http::Hop::kSend:
    case http::Hop::kReceive:
      return FailureCause::kInterrupted;
    case http::Hop::kLimit:
      return FailureCause::kOversized;
    case http::Hop::kTime:
      return FailureCause::kTimedOut;
    case http::Hop::kLocal:
      return FailureCause::kOverloaded;
  }
  return FailureCause::kUnreachable;
}

FailureCause cause_of(const http::ExchangeFailure& failure) {
  switch (failure.fault) {
    case http::Fault::kOther:
      break;
    case http::Fault::kUntrustedChain:
      return FailureCause::kTlsUntrusted;
    case http::Fault::kOtherName:
      return FailureCause::kTlsNameMismatch;
    case http::Fault::kExpired:
      return FailureCause::kTlsExpired;
    case http::Fault::kClientCertificate:
      return FailureCause::kTlsClientCertificate;
    case http::Fault::kProxyAuthentication:
      return FailureCause::kProxyAuthentication;
    case http::Fault::kProxyRefusal:
      return FailureCause::kProxyRefused;
  }
  return cause_of(failure.hop);
}

AnswerReading reading_of(TokenRequest& request, const ProvedKey& key) {
  return {.expectation = std::move(request.expectation),
          .by_assertion = request.summary.by_assertion,
          .with_certificate = request.message.identity.has_value(),
          .bound_to = key == nullptr ? std::string() : key->thumbprint()};
}

TokenResult read(const RawResult& result) {
  if (!result.has_value()) return tl::unexpected(result.error());
  return read_answer(result->response, result->reading);
}

void note_request(const TokenRequest& request, SeenExchange& seen) {
  seen.method = request.message.method;
  seen.url = without_query(request.message.url);
  if (request.message.proxy) seen.proxy = request.message.proxy->url;
  seen.request = request.summary;
}

void note_answer(const http::IncomingResponse& response, SeenExchange& seen) {
  seen.status = response.status;
  seen.content_type = known_media_type(response.headers);
  seen.body_bytes = response.body.reveal().size();
  seen.clock_skew = clock_skew(response.headers, response.sent_at, response.took);
}

}  // namespace

void note_failure(const TokenFailure& failure, SeenExchange& seen) {
  seen.cause = failure.cause;
  seen.error_code = failure.error_code;
  seen.provider_codes = failure.provider_codes;
}

TokenFailure classify(const http::ExchangeFailure& failure) {
  return {.cause = cause_of(failure),
          .message = failure.message,
          .retry_after = std::nullopt,
          .error_code = "",
          .provider_codes = {},
          .status = 0,
          .detail = failure.detail,
          .may_have_arrived = failure.may_have_arrived};
}

void TokenClient::request(TokenRequest request, Done done, ProvedKey key) {
  std::shared_ptr<SeenExchange> seen = request.seen;
  request_raw(
      std::move(request),
      [seen = std::move(seen), done = std::move(done)](RawResult result) mutable {
        TokenResult tokens = read(result);
        if (seen && !tokens) note_failure(tokens.error(), *seen);
        done(std::move(tokens));
      },
      std::move(key));
}

TokenResult TokenClient::request_and_wait(TokenRequest token_request, ProvedKey key) {
  token_request.message.limits.total_timeout =
      std::min(token_request.message.limits.total_timeout, kLongestWait);
  const auto arrived = std::make_shared<std::promise<TokenResult>>();
  auto waiting = arrived->get_future();
  request(
      std::move(token_request),
      [arrived](TokenResult result) { arrived->set_value(std::move(result)); }, std::move(key));
  return waiting.get();
}

void TokenClient::request_raw(TokenRequest request, RawDone done, ProvedKey key) {
  std::shared_ptr<SeenExchange> seen = std::move(request.seen);
  std::shared_ptr<http::ExchangeTrace> trace;
  if (seen) {
    note_request(request, *seen);
    trace = std::make_shared<http::ExchangeTrace>();
    request.message.trace = trace;
  }
  AnswerReading reading = reading_of(request, key);
  send(std::move(request.message), seen, std::move(key),
       [reading = std::move(reading), seen, trace = std::move(trace),
        done = std::move(done)](http::ExchangeResult result) mutable {
         if (seen && result) note_answer(*result, *seen);
         if (seen) seen->trace = std::move(*trace);
         if (!result) return done(tl::unexpected(classify(result.error())));
         keep_needed_headers(*result);
         done(RawAnswer{*std::move(result), std::move(reading)});
       });
}

void TokenClient::send(http::OutgoingRequest message, const std::shared_ptr<SeenExchange>& seen,
                       ProvedKey key, http::ExchangeDone done) {
  if (key == nullptr) return client_.send(std::move(message), std::move(done));
  send_with_proof(client_, nonces_, std::move(key), std::move(message), seen, std::move(done));
}

void TokenClient::check(TokenRequest request, CheckFacts facts, Checked done, ProvedKey key) {
  const auto trace = std::make_shared<http::ExchangeTrace>();
  request.message.trace = trace;
  facts.endpoint = request.message.url;
  if (request.message.proxy) facts.proxy = request.message.proxy->url;
  AnswerReading reading = reading_of(request, key);
  send(std::move(request.message), nullptr, std::move(key),
       [trace, facts = std::move(facts), reading = std::move(reading),
        done = std::move(done)](http::ExchangeResult result) mutable {
         facts.trace = std::move(*trace);
         if (result) facts.http_status = result->status;
         const TokenResult tokens =
             result ? read_answer(*result, reading) : tl::unexpected(classify(result.error()));
         done(check_of(std::move(facts), tokens ? nullptr : &tokens.error()));
       });
}

}  // namespace strongroom::oauth
