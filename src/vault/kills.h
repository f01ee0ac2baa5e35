#pragma once
// The kill switch: one call stops a robot, client, target system, service provider or project.
//
// in memory first, so that no look-up, retrieval or sign-in goes on -> written down as soon as the
// database takes it -> the tokens below it taken away, and their providers told, a few at a time.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit/event.h"
#include "base/guarded.h"
#include "base/result.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/kill.h"

namespace strongroom::vault {

struct KillRequest {
  KillSubject subject;
  std::string reason;           // for people; not empty
  bool revoke_upstream = true;  // have the tokens below it revoked at their providers
};

// Safe to use from any thread; everything but kill_of() and the counts may block.
class Kills {
 public:
  explicit Kills(Context& context) : context_(context) {}

  // Takes over what is stored, before anybody is served. Errors: as of the store; kCorrupt, a kill
  // is not what was stored: what else it may have stopped nobody knows, so nothing may begin.
  Status load();

  // Stops the subject. After this returned and the event loops have settled, no look-up of anything
  // below it succeeds (invariant 7), and nothing is asked for any more. Works while neither
  // database nor audit trail can be written: then the answer's `is_durable` is false until
  // write_pending() has written it. Of what is stopped already, the kill that stops it.
  //
  // Errors: kPermissionDenied; kInvalidArgument at "/robot", "/oauth_client", "/target_system",
  // "/service_provider", "/project" (there is no such thing), "/reason".
  Result<Kill> set(const Actor& actor, const KillRequest& request);

  // Those that `actor` may see, newest first. Errors: kPermissionDenied.
  Result<std::vector<Kill>> list(const Actor& actor);
  Result<Kill> get(const Actor& actor, KillId id);

  // Lets it go on, but what was revoked stays revoked. Needs kLiftKill. Errors: kNotFound;
  // kUnavailable: what gives a right is done only if it can be written down.
  Status lift(const Actor& actor, KillId id);

  // What stops a client; nullopt: nothing.
  std::optional<KillId> kill_of(OAuthClientId client) const;

  // Writes down what could not be written yet. Errors: as of the store.
  Status write_pending();
  // Takes away the tokens of the next few clients below kills whose revocation is queued. The
  // providers are told by Revocations. Errors: as of the store.
  Status withdraw_some();

  std::int64_t count();
  std::int64_t not_durable_count();

 private:
  struct State {
    std::map<KillId, Kill> kills;
    std::map<KillId, audit::Event> unwritten;
  };
  // How far withdraw_some() is with one kill.
  struct Walk {
    Uuid after = {};
    bool is_first_over = false;  // and another comes, for what was on its way at the time
  };

  Result<Kill> describe(const Actor& actor, const KillRequest& request);
  Result<Kill> revoke_too(const Actor& actor, Kill kill);
  Status write(const Kill& kill, const audit::Event& event);
  Status withdraw(const Kill& kill, Walk& walk);
  Result<std::vector<Uuid>> next_clients(const Kill& kill, const Uuid& after);
  Status finish(const Kill& kill);

  Context& context_;
  Guarded<State> state_;
  std::mutex writing_;            // one writer at a time, so that nothing is written twice
  std::map<KillId, Walk> walks_;  // of the one thread that calls withdraw_some()
};

}  // namespace strongroom::vault
