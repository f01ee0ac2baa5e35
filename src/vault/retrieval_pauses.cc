#include "vault/retrieval_pauses.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace strongroom::vault {
namespace {

constexpr Seconds kFirstPause{1};
constexpr Seconds kFirstPauseOfARefusal{30};
constexpr Seconds kLongestPause{300};
constexpr int kMostDoublings = 16;

std::optional<Seconds> asked_for(const Error& error) {
  const ErrorValue* const value = error.find("retry_after");
  const auto* const seconds = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return seconds == nullptr ? std::nullopt : std::optional<Seconds>(*seconds);
}

// The same error, with what is left of the pause as its retry_after.
Error with_pause(Error error, bool transient, Milliseconds left) {
  std::erase_if(error.parameters,
                [](const ErrorParameter& p) { return p.name.view() == "retry_after"; });
  if (!transient) return error;
  return std::move(error).with("retry_after", std::chrono::ceil<Seconds>(left).count());
}

}  // namespace

std::optional<SettingsRevision> settings_revision(const LookupIndex& index, OAuthClientId id) {
  const LookupIndex::Found found = index.find(id);
  if (!found.client) return std::nullopt;
  return SettingsRevision{found.client->revision, found.target_system->revision};
}

Milliseconds pause_after(int failures, bool transient, std::optional<Seconds> asked_for,
                         std::uint8_t chance) {
  const Seconds first = transient ? kFirstPause : kFirstPauseOfARefusal;
  const int doublings = std::clamp(failures - 1, 0, kMostDoublings);
  const Milliseconds whole = std::min(first * (1 << doublings), kLongestPause);
  const Milliseconds pause = whole * 3 / 4 + whole * chance / (2 * 255);
  return asked_for ? std::max<Milliseconds>(pause, *asked_for) : pause;
}

Error RetrievalPauses::note(const TokenKey& key, const SettingsRevision& settings, Error error,
                            bool transient, BootTime now, crypto::Random& random) {
  std::byte chance{};
  random.fill(std::span(&chance, 1));
  Pause& pause = pauses_[key];
  pause.failures = pause.settings == settings ? pause.failures + 1 : 1;
  pause.settings = settings;
  pause.transient = transient;
  const Milliseconds length = pause_after(pause.failures, transient, asked_for(error),
                                          std::to_integer<std::uint8_t>(chance));
  pause.until = now + length;
  pause.error = with_pause(std::move(error), transient, length);
  return pause.error;
}

std::optional<Error> RetrievalPauses::find(const TokenKey& key,
                                           const std::optional<SettingsRevision>& settings,
                                           BootTime now) const {
  const Milliseconds still = left(key, settings, now);
  if (still == Milliseconds{0}) return std::nullopt;
  const Pause& pause = pauses_.at(key);
  return with_pause(pause.error, pause.transient, still);
}

Milliseconds RetrievalPauses::left(const TokenKey& key,
                                   const std::optional<SettingsRevision>& settings,
                                   BootTime now) const {
  const auto found = pauses_.find(key);
  if (found == pauses_.end() || settings != found->second.settings) return Milliseconds{0};
  return std::max(found->second.until - now, Milliseconds{0});
}

}  // namespace strongroom::vault
