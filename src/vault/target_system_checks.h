#pragma once
// Trying a target system out: the way to its token endpoint, hop by hop. Nothing is stored but the
// event that somebody did.

#include <memory>
#include <utility>

#include "base/function.h"
#include "base/result.h"
#include "oauth/discovery.h"
#include "oauth/endpoint_check.h"
#include "oauth/token_client.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

using EndpointCheck = oauth::EndpointCheck;

// Safe to use from any thread.
class TargetSystemChecks {
 public:
  // `finish` takes what blocks when an answer has come; it refuses only when the server stops.
  // `discovery` nullptr: issuers are not read.
  TargetSystemChecks(Context& context, oauth::TokenClient& token_client, Executor finish,
                     oauth::Discovery* discovery = nullptr)
      : context_(context),
        token_client_(token_client),
        finish_(std::move(finish)),
        discovery_(discovery) {}

  // Blocks while it reads what is stored, then reads the issuer's metadata where there is an
  // issuer, and keeps nothing of it; and then asks the endpoint for a token that nobody gets to
  // see; the second consumer secret is tried where the first is refused. `done` is called exactly
  // once, on a worker or on this thread, after the event is durable in the outbox.
  //
  // Errors: kPermissionDenied without kConfigure; kNotFound; kCorrupt; kUnavailable (the audit
  // trail, or the server is stopping).
  using Done = UniqueFunction<void(const Result<EndpointCheck>&)>;
  void check(const Actor& actor, TargetSystemId id, Done done);

 private:
  struct Flight;
  void read_issuer(std::shared_ptr<Flight> flight);
  void has_read(std::shared_ptr<Flight> flight, oauth::DiscoveryResult result);
  void send_if_possible(std::shared_ptr<Flight> flight);
  void send(std::shared_ptr<Flight> flight);
  void received(std::shared_ptr<Flight> flight, EndpointCheck check);
  Result<EndpointCheck> record_check(const Flight& flight, EndpointCheck check);

  Context& context_;
  oauth::TokenClient& token_client_;
  const Executor finish_;
  oauth::Discovery* discovery_;
};

}  // namespace strongroom::vault
