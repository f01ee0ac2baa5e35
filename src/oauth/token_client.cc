#include "oauth/token_client.h"

#include <memory>
#include <utility>

#include "oauth/clock_skew.h"
#include "oauth/mutual_tls.h"

namespace strongroom::oauth {
namespace {

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

// What an answer means, and how it was come by.
struct Asked {
  Expectation expectation;
  bool by_assertion = false;
  bool with_certificate = false;  // the request had one to show
};
Asked asked_with(TokenRequest& request) {
  return {std::move(request.expectation), request.summary.by_assertion,
          request.message.identity.has_value()};
}

void explain_refused_certificate(TokenFailure& failure, const http::IncomingResponse& response) {
  const LiteralText why = certificate_not_asked_for(response);
  if (!why.view().empty()) {
    failure.message = why;
  } else if (failure.cause == FailureCause::kInvalidClient) {
    failure.cause = FailureCause::kCertificateNotRegistered;
    failure.message =
        "The service provider saw the client certificate and does not know it for this consumer "
        "key.";
  }
}

TokenResult read(http::ExchangeResult result, const Asked& asked) {
  if (!result.has_value()) return tl::unexpected(classify(result.error()));
  const http::IncomingResponse& response = *result;
  TokenResult tokens =
      parse_token_response(response.status, response.headers, response.body.reveal(),
                           asked.expectation, response.sent_at);
  if (tokens.has_value()) {
    tokens->sent_at = response.sent_at;
    tokens->sent_at_boot = response.sent_at_boot;
  } else {
    tokens.error().clock_skew = clock_skew(response.headers, response.sent_at, response.took);
    if (asked.by_assertion) explain_refused_assertion(tokens.error());
    if (asked.with_certificate) explain_refused_certificate(tokens.error(), response);
  }
  return tokens;
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

void note_failure(const TokenFailure& failure, SeenExchange& seen) {
  seen.cause = failure.cause;
  seen.error_code = failure.error_code;
  seen.provider_codes = failure.provider_codes;
}

}  // namespace

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

void TokenClient::request(TokenRequest request, Done done) {
  std::shared_ptr<SeenExchange> seen = std::move(request.seen);
  std::shared_ptr<http::ExchangeTrace> trace;
  if (seen) {
    note_request(request, *seen);
    trace = std::make_shared<http::ExchangeTrace>();
    request.message.trace = trace;
  }
  Asked asked = asked_with(request);
  client_.send(std::move(request.message),
               [asked = std::move(asked), seen = std::move(seen), trace = std::move(trace),
                done = std::move(done)](http::ExchangeResult result) mutable {
                 if (seen && result) note_answer(*result, *seen);
                 TokenResult tokens = read(std::move(result), asked);
                 if (seen && !tokens) note_failure(tokens.error(), *seen);
                 if (seen) seen->trace = std::move(*trace);
                 done(std::move(tokens));
               });
}

void TokenClient::check(TokenRequest request, CheckFacts facts, Checked done) {
  const auto trace = std::make_shared<http::ExchangeTrace>();
  request.message.trace = trace;
  facts.endpoint = request.message.url;
  if (request.message.proxy) facts.proxy = request.message.proxy->url;
  Asked asked = asked_with(request);
  client_.send(std::move(request.message),
               [trace, facts = std::move(facts), asked = std::move(asked),
                done = std::move(done)](http::ExchangeResult result) mutable {
                 facts.trace = std::move(*trace);
                 if (result) facts.http_status = result->status;
                 const TokenResult tokens = read(std::move(result), asked);
                 done(check_of(std::move(facts), tokens ? nullptr : &tokens.error()));
               });
}

}  // namespace strongroom::oauth
