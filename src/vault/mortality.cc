#include "vault/mortality.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strongroom::vault {
namespace {

constexpr std::array kCauses{std::pair{EndCause::kNoRefreshToken, "no_refresh_token"},
                             std::pair{EndCause::kRefreshIdle, "refresh_token_idle"},
                             std::pair{EndCause::kRefreshAbsolute, "refresh_token_absolute"},
                             std::pair{EndCause::kCredential, "credential"}};

// What an answer states is nearer to the truth than what the entry says of all.
std::optional<WallTime> end_of(std::optional<WallTime> stated, std::optional<WallTime> from,
                               std::optional<Seconds> lifetime) {
  if (stated) return stated;
  if (!lifetime || !from) return std::nullopt;
  return *from + *lifetime;
}

void take_earlier(std::optional<Mortality::End>& end, std::optional<WallTime> at, EndCause cause) {
  if (at && (!end || *at < end->at)) end = Mortality::End{*at, cause};
}

void set_refresh_clocks(const MortalityFacts& facts, Mortality& mortality) {
  const MortalityFacts::Refresh& token = *facts.refresh;
  const bool is_absolute = facts.lifetimes.stated_is_absolute;
  const auto none = std::optional<WallTime>();
  mortality.refresh_idle =
      end_of(is_absolute ? none : token.expires_at, token.used_at, facts.lifetimes.idle);
  mortality.refresh_absolute =
      end_of(is_absolute ? token.expires_at : none, token.signed_in_at, facts.lifetimes.absolute);
}

// What will be used before it dies of disuse does not die of it.
bool is_used_in_time(const MortalityFacts& facts, const Mortality& mortality) {
  return facts.refresh && facts.refresh->renewed_at && mortality.refresh_idle &&
         *facts.refresh->renewed_at < *mortality.refresh_idle;
}

}  // namespace

std::string_view to_text(EndCause cause) {
  const auto* const found =
      std::ranges::find(kCauses, cause, [](const auto& pair) { return pair.first; });
  return found == kCauses.end() ? std::string_view() : found->second;
}

std::optional<EndCause> end_cause_from_text(std::string_view text) {
  for (const auto& [cause, name] : kCauses) {
    if (text == name) return cause;
  }
  return std::nullopt;
}

Mortality mortality_of(const MortalityFacts& facts) {
  Mortality mortality{.access_token = facts.token_expires_at,
                      .credential = facts.credential_ends_at};
  if (facts.for_person && facts.refresh) set_refresh_clocks(facts, mortality);
  if (facts.for_person && !facts.refresh) {
    take_earlier(mortality.end, facts.token_expires_at, EndCause::kNoRefreshToken);
  }
  if (!is_used_in_time(facts, mortality)) {
    take_earlier(mortality.end, mortality.refresh_idle, EndCause::kRefreshIdle);
  }
  take_earlier(mortality.end, mortality.refresh_absolute, EndCause::kRefreshAbsolute);
  take_earlier(mortality.end, mortality.credential, EndCause::kCredential);
  return mortality;
}

std::optional<std::int64_t> warning_days(Milliseconds left) {
  for (const std::int64_t days : kWarningDays) {
    if (left <= std::chrono::days(days)) return days;
  }
  return std::nullopt;
}

}  // namespace strongroom::vault
