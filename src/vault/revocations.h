#pragma once
// Revoking at the provider (RFC 7009): a client's tokens are gone here at once, and the provider is
// told until it has confirmed it, also after a restart.
//
// withdraw_tokens() -> one round for a client at a time: each pending token, the refresh token
// first -> requests with no transaction open -> what is confirmed is destroyed, what is not is
// tried again after a pause, until it is given up.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/token_client.h"
#include "oauth/token_revocation.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// How long after the `attempts`-th round that left something the next one begins: 2, 4, 8 ... s,
// from 60 s where trying again alone does not help (`transient` is false), at most an hour, and a
// quarter more or less by `chance` (of 255). Never sooner than the provider asks for.
Milliseconds revocation_pause(std::int64_t attempts, bool transient,
                              std::optional<Seconds> asked_for, std::uint8_t chance);

// Safe to use from any thread.
class Revocations {
 public:
  // `start` takes work that blocks, and may refuse; `finish` takes the answers of providers, and
  // refuses only when the server stops. What is left then is due again after the next start.
  struct Workers {
    Executor start;
    Executor finish;
  };
  Revocations(Context& context, oauth::TokenClient& token_client, Workers workers);

  // Takes the client's tokens away and asks the provider once. Needs kConfigure. Blocks until the
  // first, and calls `done` exactly once, on this thread or a worker: after the first round, with
  // what is known then. Where no token is there, what is still pending is tried again now.
  //
  // Errors: as withdraw_tokens(); kPermissionDenied.
  using Done = UniqueFunction<void(Status)>;
  void revoke(const Actor& actor, OAuthClientId id, Done done);

  // Begins a round for each client that has something due, a few at a time. Never waits for a
  // provider.
  Status try_due();

  // Takes away what clients still have that are to be destroyed, because they were deleted, or are
  // drafts that nobody went on with: OAuthClients::purge() does that when the provider has
  // confirmed, or it was given up.
  Status withdraw_before_purge();

  std::uint64_t in_flight();
  // Tokens that a provider has not yet said to be revoked, as try_due() counted them last.
  std::int64_t pending() const { return pending_.load(std::memory_order_relaxed); }

 private:
  struct Round;
  struct State {
    std::unordered_map<OAuthClientId, std::vector<Done>, UuidHash> waiting;
  };

  bool join(OAuthClientId id, Done done);
  void begin(OAuthClientId id);
  void next(const std::shared_ptr<Round>& round);
  Result<bool> choose(Round& round) const;
  void send(std::shared_ptr<Round> round);
  void received(const std::shared_ptr<Round>& round, const oauth::RawResult& answer);
  Status settle(const Round& round, oauth::Revoked how);
  static void note_failure(Round& round, std::string_view cause, bool transient,
                           std::optional<Seconds> retry_after);
  void end(const Round& round);
  Status write_end(const Round& round);
  void land(OAuthClientId id, const Status& status);

  Context& context_;
  oauth::TokenClient& token_client_;
  const Workers workers_;
  Guarded<State> state_;
  std::atomic<std::int64_t> pending_{0};
};

}  // namespace strongroom::vault
