#pragma once
// Whether a token endpoint is asked at the moment: not while it asks for patience (Retry-After),
// nor while it fails for several clients in a row. Pure; time and chance come from the caller.

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "crypto/random.h"
#include "oauth/token_failure.h"
#include "vault/types.h"

namespace strongroom::vault {

// Why an endpoint is not asked, and for how long.
struct EndpointPause {
  BootTime until;
  oauth::FailureCause cause = oauth::FailureCause::kProviderUnavailable;
};

// It opens after this many failures in a row, of two clients at least: what fails for one client
// alone may be that client's trouble, and its own pauses are enough (vault/retrieval_pauses.h).
inline constexpr int kFailuresToOpen = 5;
// The longest that a Retry-After holds an endpoint back; whoever sent the request waits longer.
inline constexpr Seconds kLongestPatience{3600};

inline constexpr Milliseconds kForgottenAfter = std::chrono::minutes(15);

// How long it stays open for the `openings`-th time in a row: a second, and by `chance` up to 5,
// 10, 20 ... 300 s more (full jitter).
Milliseconds open_for(int openings, std::uint32_t chance);

// Closed -> open -> (its time is over) half open, one client is let through -> closed, or open
// again. Not safe to use from two threads at a time.
class EndpointBreaker {
 public:
  enum class Change : std::uint8_t {
    kNone,
    kOpened,
    kClosed,
    kPaused,  // it asks for patience, and did not before
  };

  // nullopt: whoever wants to may be let through.
  std::optional<EndpointPause> pause(BootTime now) const;
  bool is_open() const { return open_.has_value(); }
  // It is open, and for so long nobody wanted to know whether it still fails: its target system is
  // gone, or has another endpoint by now.
  bool is_forgotten(BootTime now) const {
    return open_ && !has_probe_ && now - open_->until >= kForgottenAfter;
  }
  // Nothing is known of it that would have to be remembered.
  bool is_plain(BootTime now) const;

  // Somebody is let through, by pause() or although it pauses. True: as the probe of an open
  // endpoint; end_probe() follows, whatever became of it. Who insists before its time is over, or
  // beside a probe, is none: what fails for a person neither lengthens the pause nor takes a place.
  bool begin(BootTime now);
  void end_probe() { has_probe_ = false; }

  // What came of the request of one who was let through; `failure` nullptr: a token.
  Change note(OAuthClientId client, bool is_probe, const oauth::TokenFailure* failure, BootTime now,
              crypto::Random& random);

 private:
  Change answered();
  Change failed(OAuthClientId client, bool is_probe, oauth::FailureCause cause, BootTime now,
                crypto::Random& random);
  bool be_patient(const oauth::TokenFailure& failure, BootTime now);

  int failures_ = 0;  // in a row, while closed
  bool of_several_ = false;
  bool has_probe_ = false;              // under way
  std::optional<OAuthClientId> first_;  // of those
  std::optional<EndpointPause> open_;
  int openings_ = 0;  // in a row
  std::optional<EndpointPause> patience_;
};

}  // namespace strongroom::vault
