#pragma once
// POST /api/v1/runner/launches: a runner starts a Basic Engine Robot, and is given the access
// tokens that the robot takes as input. Runs inline on the event loop and writes its JSON by hand,
// as a look-up does (api/lookup.h).

#include <string>

#include "api/failed_attempts.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "vault/launches.h"
#include "vault/robot_proofs.h"

namespace strongroom::api {

// The robot that a request names: its one member, path and name. A pure function.
//
// Errors: kInvalidArgument at /robot, not there or no text; at /min_ttl, and wherever else
// something is asked for that launches do not know; at what is not a JSON object.
Result<std::string> read_launch(const http::Request& request);

// Answers one launch. Safe to call on any event loop; what it is made of must outlive it.
class LaunchRoute {
 public:
  LaunchRoute(vault::Launches& launches, vault::RobotProofs& proofs,
              FailedAttempts& failed_attempts)
      : launches_(launches), proofs_(proofs), failed_attempts_(failed_attempts) {}

  // A RawHandler (api/router.h), without a parameter.
  void answer(const http::Request& request, http::Responder responder,
              const Uuid& request_id) const;

 private:
  // The same once it is known who asks; nullopt: the key says so.
  void answer(http::Responder responder, const Uuid& request_id,
              const vault::RobotProofs::Proven& proven) const;
  http::Response refusal(const Error& error, const http::Responder& responder,
                         const Uuid& request_id) const;
  http::Response body(const vault::Launch& launch, const Uuid& request_id) const;
  Status write(const vault::Launch& launch, const Uuid& request_id, std::string& out) const;

  vault::Launches& launches_;
  vault::RobotProofs& proofs_;
  FailedAttempts& failed_attempts_;
};

}  // namespace strongroom::api
