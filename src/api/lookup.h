#pragma once
// GET /api/v1/lookup/oauth-clients: the hot path. Runs inline on the event loop and writes its JSON
// by hand.

#include <optional>
#include <string>
#include <string_view>

#include "api/failed_attempts.h"
#include "api/robot_authentication.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "vault/lookup.h"
#include "vault/robot_proofs.h"

namespace strongroom::api {

// What the query asks for, decoded.
struct LookupQuery {
  std::string project;
  std::string target_system;
  std::string label;
  std::string resource;
  std::optional<Seconds> min_ttl;
  std::optional<Seconds> run;        // how long the robot will run from now on
  std::optional<WallTime> deadline;  // until when it needs the token
};

// Reads the query of a look-up, by names or, where `by_id`, with what is not a name alone. A pure
// function.
//
// Errors, each at the parameter's name:
//   kInvalidArgument  a parameter that is unknown, missing, empty or there twice; what is no
//                     percent-encoded UTF-8; a control character; min_ttl or run is not a number
//                     of seconds up to 2^31 - 1; deadline is no date and time of RFC 3339
Result<LookupQuery> read_lookup_query(std::string_view query, bool by_id);

// All that was said of how long the token must live, as one promise.
struct LifeWanted {
  std::optional<Seconds> least = {};  // the longest of them, from now on; nullopt: nothing was said
  LiteralText named = "min_ttl";      // the parameter that said the longest
};
// Errors: kInvalidArgument at deadline, it is over, or further away than a min_ttl can be.
Result<LifeWanted> life_wanted(const LookupQuery& query, WallTime now);

// The token of a hand-out as JSON, opened now, right before it leaves. Errors: as
// vault::Lookups::collect().
Result<std::string> lookup_body(vault::Lookups& lookups, const Clock& clock,
                                const vault::Handout& handout);

// Says in the headers of an answer that it was asked for by a label that was replaced, and ends at
// `until` (RFC 9745, RFC 8594).
void add_old_label(http::Response& response, WallTime until);

// Answers one look-up. Safe to call on any event loop; what it is made of must outlive it.
class LookupRoute {
 public:
  LookupRoute(vault::Lookups& lookups, vault::RobotProofs& proofs, FailedAttempts& failed_attempts,
              const Clock& clock)
      : lookups_(lookups), robots_(proofs, failed_attempts), clock_(clock) {}

  // A RawHandler (api/router.h). `id`: the path parameter; empty for a look-up by names.
  void answer(const http::Request& request, http::Responder responder, std::string_view id,
              const Uuid& request_id) const;

 private:
  // The same once it is known who asks; nullopt: the key says so.
  void answer(http::Responder responder, std::string_view id, const Uuid& request_id,
              const vault::RobotProofs::Proven& proven) const;
  http::Response body(const vault::Handout& handout, const Uuid& request_id) const;

  vault::Lookups& lookups_;
  const RobotAuthentication robots_;
  const Clock& clock_;
};

}  // namespace strongroom::api
