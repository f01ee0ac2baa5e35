#pragma once
// One webhook call: the request that is sent (Standard Webhooks 1.0.0), and what its answer means.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/sealer.h"
#include "http/client.h"
#include "http/network.h"
#include "storage/notification_rows.h"

namespace strongroom::notify {

// What is posted. `id` stays the same however often it is tried, so that a receiver can tell.
struct WebhookMessage {
  std::string_view id;
  std::string_view body;
  WallTime at{};  // of this try: receivers refuse what is older than some minutes
};

// The request, signed with each secret that counts at `message.at`. Nobody but the receiver's
// certificate decides whether it may be told; an answer of more than 64 KiB, and a redirection, are
// no success. Errors: kCorrupt, the row was changed from outside, or its secret does not open.
Result<http::OutgoingRequest> webhook_request(const crypto::Sealer& sealer,
                                              const http::Network& network,
                                              const storage::NotificationTargetRow& target,
                                              const WebhookMessage& message);

struct WebhookOutcome {
  bool taken = false;
  bool gone = false;         // the receiver wants no more of these (410)
  std::string failure = {};  // in plain words, and nothing that the receiver wrote; empty: taken
  std::optional<int> status = {};           // nullopt: there was no answer
  std::optional<Seconds> retry_after = {};  // as the receiver asks (RFC 9110 section 10.2.3)
};
WebhookOutcome outcome_of(const http::ExchangeResult& result, WallTime now);

}  // namespace strongroom::notify
