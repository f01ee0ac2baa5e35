#pragma once
// A token leaked: who was given it?
//
// The trail has no token, but the keyed fingerprint of each that was handed out; whoever has the
// server's key and the token can look for it, for as long as the events are kept.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/trail.h"
#include "base/result.h"
#include "crypto/sealer.h"
#include "oauth/tokens.h"
#include "storage/store.h"

namespace strongroom::vault {

// One time that it left. Names as they are today, ids where there is none any more.
struct TracedHandOut {
  std::string at;          // RFC 3339
  std::string action;      // "token.handed_out", "token.extracted", "secret.handed_out", …
  std::string subject_id;  // the OAuth client or secret
  std::string subject_name;
  bool to_robot = false;  // otherwise a person
  std::string actor_id;
  std::string actor_name;
  std::string runner_id;  // that asked in the robot's name; empty: nobody did
  std::string key_id;
  std::string peer;
  std::string request_id;
};

struct TokenTrace {
  std::string fingerprint;
  std::vector<TracedHandOut> hand_outs;  // newest first, at most kMostHandOuts
  bool more = false;                     // whether there are older ones
  std::string retrieved_at;              // from the provider; empty: that is not in the trail
};
inline constexpr std::size_t kMostHandOuts = 1000;

// Hand-outs that did not happen after all are not among them. Reads the whole trail. Errors: as
// Trail::list() and Store::read().
Result<TokenTrace> trace_token(audit::Trail& trail, storage::Store& store,
                               const crypto::Sealer& sealer, const oauth::AccessToken& token);

}  // namespace strongroom::vault
