#pragma once
// Whether a client's access token really works, as its provider says: asked for by a person, or by
// the schedule of its target system; never a hand-out, and kept for a while to be shown.
//
// build_token_inquiry() -> requests with no transaction open -> works: its end may be learned;
// refused: it is used no more where the authorization server said so, and renewed once where that
// needs no person; neither: why, and who must act.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/token_client.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/retrievals.h"
#include "vault/token_inquiry.h"
#include "vault/types.h"

namespace strongroom::vault {

enum class VerificationOutcome : std::uint8_t {
  kWorks,
  kRefused,  // the provider does not take it
  kUnknown,  // it cannot be said: `failure` says why
};
std::string_view to_text(VerificationOutcome outcome);  // "works", "refused", "unknown"

enum class Renewal : std::uint8_t {
  kNotTried,  // there was no reason, or it needs a person
  kRenewed,
  kFailed,  // why is the client's own failure now
};
std::string_view to_text(Renewal renewal);  // "not_tried", "renewed", "failed"

struct Verification {
  VerificationOutcome outcome = VerificationOutcome::kUnknown;
  InquiryWay way = InquiryWay::kIntrospection;
  WallTime at{};
  std::string account = {};                        // whose it is, as the provider says; or empty
  std::optional<WallTime> expires_at = {};         // as introspection says
  std::optional<OAuthClientFailure> failure = {};  // of kUnknown
  Renewal renewal = Renewal::kNotTried;            // of kRefused
  std::optional<WallTime> next_at = {};            // when it is asked again by itself
};

// For how long what was found out is shown, at most: a token may be revoked at any moment.
// Where a schedule asks again, until it has done so twice.
inline constexpr Seconds kVerificationKept{3600};

// When a schedule of that many hours asks next: in the last tenth of them, so that those who were
// asked together drift apart. `chance`: any number.
WallTime next_verification(WallTime now, std::int64_t every_hours, std::uint8_t chance);

// Safe to use from any thread.
class Verifications {
 public:
  // As those of Revocations.
  struct Workers {
    Executor finish;
  };
  Verifications(Context& context, oauth::TokenClient& token_client, Retrievals& retrievals,
                Workers workers);

  // Asks the provider about the client's access token. Needs kRetrieve. Blocks until the request is
  // sent, and calls `done` exactly once, on this thread or a worker.
  //
  // Errors: as build_token_inquiry(); kPermissionDenied; kUnavailable: the server stops, or what
  // came of it cannot be recorded; "overloaded", the client is being asked about already.
  using Done = UniqueFunction<void(Result<Verification>)>;
  void verify(const Actor& actor, OAuthClientId id, Done done);
  // The same for nobody in particular, behind the gate of the provider, where it waits for whoever
  // is in a hurry. In the trail only where another thing was found out than the last time. Errors:
  // as verify(); as ProviderGates::enter().
  void verify_on_schedule(OAuthClientId id, Done done);

  // What was found out last, while it is shown; nullopt: nothing. Needs kView. Errors: kNotFound,
  // kPermissionDenied.
  Result<std::optional<Verification>> last(const Actor& actor, OAuthClientId id);

  std::uint64_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  struct Asking;
  using Asked = std::shared_ptr<Asking>;

  void ask(std::optional<Actor> actor, OAuthClientId id, Done done);
  void pass_gate(const Asked& asking);
  void send(const Asked& asking);
  void received(const Asked& asking, const oauth::RawResult& answer);
  Verification introspected(Asking& asking, const oauth::RawResult& answer, bool& ask_again);
  Verification called(Asking& asking, const oauth::RawResult& answer);
  Verification failed(const oauth::TokenFailure& failure);
  void learn_end(const Asking& asking, const Verification& found);
  Status drop(const Asking& asking);
  void renew(const Asked& asking);
  void end(const Asked& asking);
  Status keep(Asking& asking);

  Context& context_;
  oauth::TokenClient& token_client_;
  Retrievals& retrievals_;
  const Workers workers_;
  std::atomic<std::uint64_t> in_flight_{0};
  Guarded<std::set<OAuthClientId>> asked_;  // one question about a client at a time
};

}  // namespace strongroom::vault
