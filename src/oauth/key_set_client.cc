#include "oauth/key_set_client.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "oauth/token_client.h"
#include "oauth/workload_issuer.h"

namespace strongroom::oauth {
namespace {

// Somebody's browser waits for it.
constexpr std::chrono::milliseconds kLongestWait{10'000};
constexpr int kOk = 200;

TokenFailure unusable(std::string detail, int status) {
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.status = status;
  failure.detail = std::move(detail);
  return failure;
}

KeySetResult read(const http::ExchangeResult& result) {
  if (!result) return tl::unexpected(classify(result.error()));
  if (result->status != kOk) {
    return tl::unexpected(unusable("the address of the keys answers", result->status));
  }
  auto keys = crypto::JwkSet::parse(result->body.reveal());
  if (keys) return *std::move(keys);
  return tl::unexpected(unusable(keys.error().detail, result->status));
}

}  // namespace

TokenRequest key_set_request(std::string jwks_uri) {
  TokenRequest request;
  request.message.method = "GET";
  request.message.url = std::move(jwks_uri);
  request.message.headers = {{"Accept", "application/jwk-set+json, application/json"}};
  request.message.limits.max_response_bytes = crypto::JwkSet::kMaxBytes;
  return request;
}

// Sends it, and waits for what `read` makes of the answer.
template <class Answer, class Read>
Answer wait_for(http::Client& client, TokenRequest request, Read read) {
  request.message.limits.total_timeout =
      std::min(request.message.limits.total_timeout, kLongestWait);
  const auto arrived = std::make_shared<std::promise<Answer>>();
  auto waiting = arrived->get_future();
  client.send(std::move(request.message),
              [arrived, read](http::ExchangeResult result) { arrived->set_value(read(result)); });
  return waiting.get();
}

KeySetResult KeySetClient::read_and_wait(TokenRequest request) {
  return wait_for<KeySetResult>(client_, std::move(request), read);
}

tl::expected<std::string, TokenFailure> KeySetClient::find_keys_and_wait(
    TokenRequest request, const std::string& issuer) {
  using Answer = tl::expected<std::string, TokenFailure>;
  return wait_for<Answer>(
      client_, std::move(request), [issuer](const http::ExchangeResult& result) -> Answer {
        if (!result) return tl::unexpected(classify(result.error()));
        if (result->status != kOk) {
          return tl::unexpected(unusable("the issuer's metadata answer", result->status));
        }
        auto uri = jwks_uri_of(result->body.reveal(), issuer);
        if (uri) return *std::move(uri);
        return tl::unexpected(unusable(uri.error().detail, result->status));
      });
}

}  // namespace strongroom::oauth
