#pragma once
// POST /api/v1/lookup/oauth-clients/{id}/authorization-header: not a token, but what one request of
// a robot has to carry. A look-up in everything else.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/failed_attempts.h"
#include "api/lookup.h"
#include "api/robot_authentication.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "vault/authorization_header.h"
#include "vault/lookup.h"
#include "vault/robot_proofs.h"

namespace strongroom::api {

// What the body says.
struct AuthorizationHeaderQuestion {
  std::shared_ptr<const vault::RequestToAuthorize> request;
  LookupQuery wanted;  // min_ttl, run, deadline and resource alone
};

// Reads the body. A pure function.
//
// Errors, each at the member:
//   kInvalidArgument  a member that is unknown, missing or of another type; a method that is none
//                     (RFC 9110 section 9.1); a url that is not https, or has user info or a
//                     fragment; what a look-up would not take either
Result<AuthorizationHeaderQuestion> read_authorization_header_question(const http::Request& asked);

// Answers one such look-up. Safe to call on any event loop; what it is made of must outlive it.
class AuthorizationHeaderRoute {
 public:
  AuthorizationHeaderRoute(vault::Lookups& lookups, vault::RobotProofs& proofs,
                           FailedAttempts& failed_attempts, const Clock& clock)
      : lookups_(lookups), robots_(proofs, failed_attempts), clock_(clock) {}

  // A RawHandler (api/router.h). `id`: the path parameter.
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
