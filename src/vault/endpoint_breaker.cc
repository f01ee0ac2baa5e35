#include "vault/endpoint_breaker.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>

namespace strongroom::vault {
namespace {

using oauth::FailureCause;

constexpr Milliseconds kLeastOpen{1'000};
constexpr Milliseconds kFirstOpen{5'000};
constexpr Milliseconds kLongestOpen{300'000};
constexpr int kMostDoublings = 10;

enum class Verdict : std::uint8_t { kWorks, kFails, kSaysNothing };

// What does not come from the endpoint itself, but from the way to it that one target system has,
// or from ourselves, says nothing of it: others may have another way.
Verdict verdict_of(FailureCause cause) {
  switch (cause) {
    case FailureCause::kProviderUnavailable:
    case FailureCause::kNameUnresolved:
    case FailureCause::kUnreachable:
    case FailureCause::kInterrupted:
    case FailureCause::kTimedOut:
      return Verdict::kFails;
    case FailureCause::kTls:
    case FailureCause::kTlsUntrusted:
    case FailureCause::kTlsNameMismatch:
    case FailureCause::kTlsExpired:
    case FailureCause::kTlsClientCertificate:
    case FailureCause::kAddressPolicy:
    case FailureCause::kProxy:
    case FailureCause::kProxyAuthentication:
    case FailureCause::kProxyRefused:
    case FailureCause::kOverloaded:
    case FailureCause::kInvalidSettings:
      return Verdict::kSaysNothing;
    default:
      return Verdict::kWorks;
  }
}

std::uint32_t draw(crypto::Random& random) {
  std::array<std::byte, sizeof(std::uint32_t)> bytes{};
  random.fill(bytes);
  std::uint32_t chance = 0;
  std::memcpy(&chance, bytes.data(), bytes.size());
  return chance;
}

}  // namespace

Milliseconds open_for(int openings, std::uint32_t chance) {
  const int doublings = std::clamp(openings - 1, 0, kMostDoublings);
  const Milliseconds most = std::min(kFirstOpen * (1 << doublings), kLongestOpen);
  return kLeastOpen + most * std::int64_t{chance} / std::numeric_limits<std::uint32_t>::max();
}

std::optional<EndpointPause> EndpointBreaker::pause(BootTime now) const {
  if (patience_ && now < patience_->until) return patience_;
  if (!open_) return std::nullopt;
  if (now < open_->until) return open_;
  if (!has_probe_) return std::nullopt;
  return EndpointPause{now + kLeastOpen, open_->cause};  // somebody finds out just now
}

bool EndpointBreaker::is_plain(BootTime now) const {
  return !open_ && failures_ == 0 && !has_probe_ && !(patience_ && now < patience_->until);
}

bool EndpointBreaker::begin(BootTime now) {
  if (!open_ || pause(now)) return false;
  has_probe_ = true;
  return true;
}

EndpointBreaker::Change EndpointBreaker::note(OAuthClientId client, bool is_probe,
                                              const oauth::TokenFailure* failure, BootTime now,
                                              crypto::Random& random) {
  if (failure == nullptr) {
    patience_.reset();  // it does what is asked of it
    return answered();
  }
  const bool is_new_patience = be_patient(*failure, now);
  Change change = Change::kNone;
  switch (verdict_of(failure->cause)) {
    case Verdict::kWorks:
      change = answered();
      break;
    case Verdict::kFails:
      change = failed(client, is_probe, failure->cause, now, random);
      break;
    case Verdict::kSaysNothing:
      break;
  }
  if (change == Change::kNone && is_new_patience) return Change::kPaused;
  return change;
}

EndpointBreaker::Change EndpointBreaker::answered() {
  const bool was_open = open_.has_value();
  failures_ = 0;
  of_several_ = false;
  first_.reset();
  open_.reset();
  openings_ = 0;
  return was_open ? Change::kClosed : Change::kNone;
}

EndpointBreaker::Change EndpointBreaker::failed(OAuthClientId client, bool is_probe,
                                                FailureCause cause, BootTime now,
                                                crypto::Random& random) {
  // What was sent before it opened fails as well, and is no news; nor is a probe of an earlier
  // time, which somebody else's token ended meanwhile.
  if (open_ && (!is_probe || now < open_->until)) return Change::kNone;
  if (!open_) {
    ++failures_;
    of_several_ = of_several_ || (first_ && *first_ != client);
    if (!first_) first_ = client;
    if (failures_ < kFailuresToOpen || !of_several_) return Change::kNone;
  }
  const bool was_open = open_.has_value();
  ++openings_;
  open_ = EndpointPause{now + open_for(openings_, draw(random)), cause};
  return was_open ? Change::kNone : Change::kOpened;
}

// True: it did not have to be before.
bool EndpointBreaker::be_patient(const oauth::TokenFailure& failure, BootTime now) {
  const bool asks = failure.cause == FailureCause::kRateLimited ||
                    failure.cause == FailureCause::kProviderUnavailable;
  if (!asks || !failure.retry_after) return false;
  const bool is_new = !patience_ || patience_->until <= now;
  const BootTime until = now + std::min(*failure.retry_after, kLongestPatience);
  if (is_new || patience_->until < until) patience_ = EndpointPause{until, failure.cause};
  return is_new;
}

}  // namespace strongroom::vault
