#include "oauth/token_client.h"

#include <memory>
#include <utility>

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

// `with_certificate`: the request had one to show.
TokenResult read(http::ExchangeResult result, const Expectation& expectation,
                 bool with_certificate) {
  if (!result.has_value()) return tl::unexpected(classify(result.error()));
  const http::IncomingResponse& response = *result;
  TokenResult tokens = parse_token_response(response.status, response.headers,
                                            response.body.reveal(), expectation, response.sent_at);
  if (tokens.has_value()) {
    tokens->sent_at = response.sent_at;
    tokens->sent_at_boot = response.sent_at_boot;
  } else if (with_certificate) {
    tokens.error().message = certificate_not_asked_for(response);
  }
  return tokens;
}

}  // namespace

TokenFailure classify(const http::ExchangeFailure& failure) {
  return {.cause = cause_of(failure.hop),
          .message = failure.message,
          .retry_after = std::nullopt,
          .error_code = "",
          .provider_codes = {},
          .status = 0,
          .detail = failure.detail,
          .may_have_arrived = failure.may_have_arrived};
}

void TokenClient::request(TokenRequest request, Done done) {
  const bool with_certificate = request.message.identity.has_value();
  client_.send(std::move(request.message),
               [expectation = std::move(request.expectation), with_certificate,
                done = std::move(done)](http::ExchangeResult result) mutable {
                 done(read(std::move(result), expectation, with_certificate));
               });
}

void TokenClient::check(TokenRequest request, CheckFacts facts, Checked done) {
  const auto trace = std::make_shared<http::ExchangeTrace>();
  request.message.trace = trace;
  facts.endpoint = request.message.url;
  if (request.message.proxy) facts.proxy = request.message.proxy->url;
  const bool with_certificate = request.message.identity.has_value();
  client_.send(std::move(request.message),
               [trace, with_certificate, facts = std::move(facts),
                expectation = std::move(request.expectation),
                done = std::move(done)](http::ExchangeResult result) mutable {
                 facts.trace = std::move(*trace);
                 if (result) facts.http_status = result->status;
                 const TokenResult tokens = read(std::move(result), expectation, with_certificate);
                 done(check_of(std::move(facts), tokens ? nullptr : &tokens.error()));
               });
}

}  // namespace strongroom::oauth
