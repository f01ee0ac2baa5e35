#pragma once
// GET /api/v1/lookup/secrets: inline on the event loop, as the look-up of tokens (api/lookup.h).

#include <string>
#include <string_view>

#include "api/failed_attempts.h"
#include "api/robot_authentication.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "vault/robot_proofs.h"
#include "vault/secret_lookup.h"

namespace strongroom::api {

// What the query asks for, decoded.
struct SecretLookupQuery {
  std::string project;
  std::string target_system;
  std::string label;
};

// Reads the query of a look-up by names; where `by_id` there is nothing in it. A pure function.
// Errors: as read_lookup_query().
Result<SecretLookupQuery> read_secret_lookup_query(std::string_view query, bool by_id);

// The secret of a hand-out as JSON, opened now, right before it leaves. Errors: as
// vault::SecretLookups::collect().
Result<std::string> secret_lookup_body(vault::SecretLookups& lookups,
                                       const vault::SecretHandout& handout);

// Answers one look-up. Safe to call on any event loop; what it is made of must outlive it.
class SecretLookupRoute {
 public:
  // `tokens` says whether a key is good, for what is refused before anything is looked up.
  SecretLookupRoute(vault::SecretLookups& lookups, vault::SecretIndex& index,
                    vault::Lookups& tokens, vault::RobotProofs& proofs,
                    FailedAttempts& failed_attempts)
      : lookups_(lookups), index_(index), tokens_(tokens), robots_(proofs, failed_attempts) {}

  // A RawHandler (api/router.h). `id`: the path parameter; empty for a look-up by names.
  void answer(const http::Request& request, http::Responder responder, std::string_view id,
              const Uuid& request_id) const;

 private:
  // The same once it is known who asks; nullopt: the key says so.
  void answer(http::Responder responder, std::string_view id, const Uuid& request_id,
              const vault::RobotProofs::Proven& proven) const;
  http::Response body(const vault::SecretHandout& handout, const Uuid& request_id) const;

  vault::SecretLookups& lookups_;
  vault::SecretIndex& index_;
  vault::Lookups& tokens_;
  const RobotAuthentication robots_;
};

}  // namespace strongroom::api
