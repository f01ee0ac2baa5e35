#pragma once
// Who asks a route that is for robots: what the request shows, and how it is refused.

#include <optional>
#include <string_view>

#include "api/failed_attempts.h"
#include "base/function.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "vault/robot_proofs.h"

namespace strongroom::api {

// Safe to use on any event loop; what it is made of must outlive it.
class RobotAuthentication {
 public:
  RobotAuthentication(vault::RobotProofs& proofs, FailedAttempts& failed_attempts)
      : proofs_(proofs), failed_attempts_(failed_attempts) {}

  // Whether the request may show something else than a robot key: a workload token, or a client
  // certificate where nothing else is shown. Only then does prove() ask what the request is for.
  static bool may_be_proven(const http::Request& request);

  // Calls `known` once, with whom the request's token or certificate proves; nullopt: nobody, its
  // key counts. At once, or on a worker when an issuer's keys were fetched. Answers by itself when
  // that cannot be found out now.
  using Known = UniqueFunction<void(http::Responder, const vault::RobotProofs::Proven&)>;
  void prove(const http::Request& request, http::Responder responder, const Uuid& request_id,
             const vault::RobotProofs::For& what, Known known) const;

  // The robot in whose name a runner asks; nullopt: nobody is named. A view into the request.
  static std::optional<std::string_view> named_robot(const http::Request& request);

  // The answer to what is refused. A wrong key is known by now, so whoever has a right one never
  // waits for a neighbour's mistakes.
  http::Response refusal(const Error& error, const http::Responder& responder,
                         const Uuid& request_id) const;

 private:
  vault::RobotProofs& proofs_;
  FailedAttempts& failed_attempts_;
};

}  // namespace strongroom::api
