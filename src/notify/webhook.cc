#include "notify/webhook.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "crypto/webhook_signature.h"
#include "http/address_policy.h"
#include "notify/target.h"
#include "oauth/token_failure.h"

namespace strongroom::notify {
namespace {

constexpr int kGone = 410;
constexpr std::size_t kLargestAnswer = 65'536;
constexpr std::chrono::milliseconds kPatience{10'000};

}  // namespace

Result<http::OutgoingRequest> webhook_request(const crypto::Sealer& sealer,
                                              const http::Network& network,
                                              const storage::NotificationTargetRow& target,
                                              const WebhookMessage& message) {
  STRONGROOM_CHECK(check_target(sealer, target));
  STRONGROOM_TRY(const Target read_target, read(target));
  STRONGROOM_TRY(const std::vector<crypto::WebhookSecret> secrets,
                 signing_secrets(sealer, target, message.at));
  const std::int64_t timestamp = std::chrono::floor<Seconds>(message.at.time_since_epoch()).count();
  http::OutgoingRequest request;
  request.url = target.url;
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"User-Agent", "strongroom"},
                     {"webhook-id", std::string(message.id)},
                     {"webhook-timestamp", std::to_string(timestamp)},
                     {"webhook-signature",
                      crypto::webhook_signature(secrets, message.id, timestamp, message.body)}};
  request.body = http::RequestBody(message.body);
  network.apply_to(request);
  request.trusted_ca_pem = target.trusted_ca_pem;
  request.proxy = network.proxy_for(target.url);
  STRONGROOM_TRY(request.policy,
                 http::AddressPolicy::parse(read_target.settings.allowed_addresses));
  request.policy.allow_plain_http = true;  // to a loopback address that is allowed, and no other
  request.limits.total_timeout = kPatience;
  request.limits.max_response_bytes = kLargestAnswer;
  return request;
}

WebhookOutcome outcome_of(const http::ExchangeResult& result, WallTime now) {
  WebhookOutcome outcome;
  if (!result) {
    outcome.failure = result.error().message.view();
    return outcome;
  }
  outcome.status = result->status;
  outcome.taken = result->status >= 200 && result->status < 300;
  if (outcome.taken) return outcome;
  outcome.gone = result->status == kGone;
  outcome.failure = outcome.gone ? "The receiver wants no more of these: it answered 410."
                                 : "The receiver did not take it: it answered " +
                                       std::to_string(result->status) + ".";
  if (const std::string* value = http::find_header(result->headers, "Retry-After")) {
    outcome.retry_after = oauth::parse_retry_after(*value, now);
  }
  return outcome;
}

}  // namespace strongroom::notify
