#pragma once
// Sign-ins in which somebody types a code in at the provider, on any device: RFC 8628.
//
// the provider is asked for a code -> shown to who asked, and to nobody else -> the token endpoint
// is asked, never more often than the interval says, until it gives tokens or says that it will
// not, or the code ends. Each poll may bring tokens, so each is in the journal, as a code that is
// traded in; what comes is stored, or held, by SignIns.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/device_authorization.h"
#include "vault/actor.h"
#include "vault/authorization.h"
#include "vault/context.h"
#include "vault/journal.h"
#include "vault/sign_ins.h"

namespace strongroom::vault {

// Safe to use from any thread; what blocks runs on workers.
class DeviceSignIns {
 public:
  // Everything must outlive it, and `sign_ins` has it. `workers` as of SignIns.
  DeviceSignIns(Context& context, oauth::TokenClient& token_client, Journal& journal,
                SignIns& sign_ins, Executor workers);

  // Whether people sign in for this client by a code. Needs kRetrieve. Blocks. Errors: kNotFound,
  // kPermissionDenied, kCorrupt.
  Result<bool> serves(const Actor& actor, OAuthClientId client);

  // On a worker. Asks the provider for a code; whatever waited for this client before is cancelled
  // once there is one. `done` is called once, on a worker, with the authorization, which is under
  // way and whose result will be `actor`'s. Needs kRetrieve.
  // Errors: as check_can_sign_in(); kConflict "no_device_code", it is of another kind; what the
  // provider answered, as oauth::as_error(); kUnavailable "audit_unavailable".
  using Started = UniqueFunction<void(Result<AuthorizationId>)>;
  void start(const Actor& actor, OAuthClientId client, Started done);

  // At a start: goes on with those that are under way, each after its interval. Errors: of the
  // store.
  Status resume();
  // Polls for whom it is time; workers do it. Never blocks.
  void poll_due();

  // What the journal holds of a poll: tokens are stored after all. False: it is none of these.
  // Blocks. Errors: of the store.
  Result<bool> settle(const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer);

 private:
  struct Start;
  using Attempt = SignIns::Attempt;

  struct Turn {
    BootTime next_at{};
    WallTime ends_at{};  // of the code: it is looked at then, too
    Seconds interval{0};
    std::int64_t timeouts = 0;  // in a row
    bool is_under_way = false;
  };

  void request(std::shared_ptr<Start> start);
  void answered(std::shared_ptr<Start> start, const oauth::RawResult& raw);
  Result<AuthorizationId> store(Start& start, oauth::DeviceAuthorization device);

  Result<std::shared_ptr<Attempt>> load(AuthorizationId id);
  Status prepare(Attempt& attempt);
  void poll(AuthorizationId id);
  void ask(std::shared_ptr<Attempt> attempt);
  void send(std::shared_ptr<Attempt> attempt);
  void received(std::shared_ptr<Attempt> attempt, oauth::RawResult raw);
  void refused(std::shared_ptr<Attempt> attempt, const oauth::TokenFailure& failure,
               oauth::DevicePoll said);
  void slow_down(Attempt& attempt, Seconds pause);
  // It ends without tokens.
  void end(Attempt& attempt, std::string_view cause);

  // Unless it has a turn already.
  void begin_waiting(AuthorizationId id, Seconds interval, WallTime ends_at);
  struct Wait {
    Seconds interval{0};     // from now on, where that is longer than the one of before
    Seconds pause{0};        // before the next poll only
    bool timed_out = false;  // or failed otherwise: it becomes slower each time
  };
  void wait_on(AuthorizationId id, const Wait& wait);
  void forget(AuthorizationId id);

  Context& context_;
  oauth::TokenClient& token_client_;
  Journal& journal_;
  SignIns& sign_ins_;
  const Executor workers_;
  Guarded<std::map<AuthorizationId, Turn>> turns_;
};

}  // namespace strongroom::vault
