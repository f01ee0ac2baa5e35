#include "oauth/key_set_client.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "oauth/token_client.h"

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

KeySetResult KeySetClient::read_and_wait(TokenRequest request) {
  request.message.limits.total_timeout =
      std::min(request.message.limits.total_timeout, kLongestWait);
  const auto arrived = std::make_shared<std::promise<KeySetResult>>();
  auto waiting = arrived->get_future();
  client_.send(std::move(request.message),
               [arrived](http::ExchangeResult result) { arrived->set_value(read(result)); });
  return waiting.get();
}

}  // namespace strongroom::oauth
