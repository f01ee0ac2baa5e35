#include "refresh/rounds.h"

#include <algorithm>
#include <chrono>

namespace strongroom::refresh {
namespace {

// At most this long without a look: the machine may have slept, or somebody set its clock.
constexpr Milliseconds kLongestNap = std::chrono::seconds(5);
constexpr Milliseconds kAfterTrouble = std::chrono::seconds(1);
constexpr Milliseconds kRest = std::chrono::seconds(5);
constexpr std::size_t kPutRightAtOnce = 500;
// Of one round: whoever stops the thread is heard.
constexpr int kMostBatches = 32;
// Those that refuse all their clients are looked at again then at the latest, and no more of them
// are kept in mind: their clients are put off one by one.
constexpr Milliseconds kLongestRest = std::chrono::seconds(30);
constexpr std::size_t kMostResting = 500;
constexpr Milliseconds kBetweenWalks{200};
// To look for what is due costs as much for one place that became free as for many: while most are
// under way it waits this long for more of them to end.
constexpr Milliseconds kBetweenLooks{20};
// Times are put right by the way: who serves comes first.
constexpr Milliseconds kBetweenPuttingRight{5};
// Less than this is the clock being kept right, and costs nothing.
constexpr Milliseconds kStep = std::chrono::seconds(5);

Milliseconds difference(const Clock& clock) {
  return clock.now().time_since_epoch() - clock.boot_now().time_since_epoch();
}

std::optional<Milliseconds> left_of(const Clock& clock, const vault::TokenEntry* token) {
  if (token == nullptr || !token->deadline) return std::nullopt;
  return token->deadline->left(clock.now(), clock.boot_now());
}

Outcome outcome_of(const vault::RetrievalResult& result) {
  if (result) return Outcome::kRenewed;
  return result.error().code == Code::kNeedsConsent ? Outcome::kNeedsSignIn : Outcome::kFailed;
}

// Refused before anything was sent, with what any client of the target system would be told. Where
// too much waits that is one project's or one client's own, and says nothing of the others.
bool is_of_all(const Error& why, Milliseconds pause) {
  const auto problem = why.problem.view();
  return pause == Milliseconds{0} &&
         (problem == "provider_unreachable" || problem == "provider_refused");
}

}  // namespace

Rounds::Rounds(Parts parts)
    : parts_(std::move(parts)),
      at_once_of_one_(std::max<std::size_t>(parts_.at_once * 3 / 4, 1)),
      between_clocks_(difference(parts_.clock)) {}

Milliseconds Rounds::round() {
  watch_the_clocks();
  const bool more_to_put_right = put_some_right();
  if (waits_for_more_room()) return kBetweenLooks;
  for (int batches = 0;; ++batches) {
    if (batches == kMostBatches) return Milliseconds{1};
    Room room = this->room();
    if (room.free == 0) break;  // the next that ends makes some, or the rest is over
    looked_at_ = parts_.clock.boot_now();
    auto batch = parts_.due.take(room.free, room.busy, room.under_way);
    if (!batch) {
      parts_.log.failed("Which tokens are to be renewed could not be read.", batch.error());
      return kAfterTrouble;
    }
    const bool was_some = batch->were_moved || !batch->due.empty();
    start_some(std::move(batch->due), room);
    if (was_some) continue;
    if (!room.busy.target_systems.empty() || !room.busy.projects.empty()) {
      state_.lock()->quiet_until = parts_.clock.boot_now() + kBetweenWalks;
    }
    if (more_to_put_right) break;
    return nap(batch->next);
  }
  return more_to_put_right ? kBetweenPuttingRight : until_quiet_is_over();
}

// Until the next one is due, or a target system has rested.
Milliseconds Rounds::nap(std::optional<WallTime> next) {
  Milliseconds nap = kLongestNap;
  if (next) nap = std::min(nap, *next - parts_.clock.now());
  const BootTime now = parts_.clock.boot_now();
  const auto state = state_.lock();
  for (const auto& [system, until] : state->resting) nap = std::min(nap, until - now);
  return std::max(nap, Milliseconds{1});
}

// A calendar that was set makes times wrong that were stored before: they come too late where it
// was put back.
void Rounds::watch_the_clocks() {
  const Milliseconds now = difference(parts_.clock);
  if (std::chrono::abs(now - between_clocks_) < kStep) return;
  parts_.log.info("The clock was set: when tokens are to be renewed is worked out anew.",
                  {{"by_seconds", std::int64_t((now - between_clocks_).count() / 1000)}});
  between_clocks_ = now;
  put_right_after_ = Uuid{};
}

// True: there are more.
bool Rounds::put_some_right() {
  if (!put_right_after_) return false;
  auto last = parts_.due.put_right(*put_right_after_, kPutRightAtOnce);
  if (!last) {
    parts_.log.failed("When tokens are to be renewed could not be worked out.", last.error());
    return false;  // again in the next round
  }
  put_right_after_ = *last;
  return put_right_after_.has_value();
}

bool Rounds::waits_for_more_room() {
  if (!looked_at_ || parts_.clock.boot_now() - *looked_at_ >= kBetweenLooks) return false;
  return state_.lock()->under_way.size() * 2 > parts_.at_once;
}

Rounds::Room Rounds::room() {
  const BootTime now = parts_.clock.boot_now();
  const auto state = state_.lock();
  Room room;
  if (state->rests_until > now || state->quiet_until > now) return room;
  std::erase_if(state->resting, [now](const auto& one) { return one.second <= now; });
  room.busy.target_systems.reserve(state->resting.size());
  for (const auto& [system, until] : state->resting) room.busy.target_systems.push_back(system);
  room.taken = state->under_way.size();
  room.free = parts_.at_once - std::min(parts_.at_once, room.taken);
  for (const auto& [key, owners] : state->under_way) {
    room.under_way.insert(key);
    ++room.of_project[owners.project];
    if (++room.of_system[owners.target_system] == at_once_of_one_) {
      room.busy.target_systems.push_back(owners.target_system);
    }
  }
  for (const auto& [project, count] : room.of_project) {
    if (has_its_share(room, project)) room.busy.projects.push_back(project);
  }
  return room;
}

// Whoever has nothing under way may have one in any case.
bool Rounds::has_its_share(const Room& room, const Uuid& project) const {
  const auto of_project = room.of_project.find(project);
  if (of_project == room.of_project.end()) return false;
  const std::size_t of_others = room.taken - of_project->second;
  const std::size_t left = parts_.at_once - std::min(parts_.at_once, of_others);
  return of_project->second >= std::max<std::size_t>(left * 3 / 4, 1);
}

// Those that are more than their target system's or project's share are taken again when it has
// room.
void Rounds::start_some(std::vector<vault::DueRefresh> due, Room& room) {
  for (vault::DueRefresh& one : due) {
    const Uuid& project = one.row.project_id;
    std::size_t& of_system = room.of_system[one.target_system.uuid];
    if (of_system >= at_once_of_one_ || has_its_share(room, project)) continue;
    if (is_resting(one.target_system.uuid)) continue;
    ++of_system;
    ++room.of_project[project];
    ++room.taken;
    start(std::move(one));
  }
}

void Rounds::start(vault::DueRefresh due) {
  const auto refresh = std::make_shared<const vault::DueRefresh>(std::move(due));
  state_.lock()->under_way.emplace(refresh->key,
                                   Owners{refresh->target_system.uuid, refresh->row.project_id});
  parts_.retrievals.renew(
      refresh->key, refresh->row.generation,
      [this, refresh](const vault::RetrievalResult& result) { ended(refresh, result); });
}

void Rounds::ended(const Refresh& refresh, const vault::RetrievalResult& result) {
  count(*refresh, result);
  if (!result) {
    const Milliseconds pause = parts_.retrievals.pause_of(refresh->key);
    if (is_of_all(result.error(), pause)) rest(refresh->target_system.uuid, result.error());
    // Also of one that was refused for all: another one is the first to be tried next.
    if (const Status put_off = parts_.due.put_off(*refresh, result.error(), pause); !put_off) {
      parts_.log.failed("When a token is to be renewed again could not be stored.", put_off.error(),
                        {{"oauth_client", refresh->key.client.uuid}});
      // It is still due, and would be tried and tried.
      state_.lock()->rests_until = parts_.clock.boot_now() + kRest;
    }
  }
  leave(*refresh);
  if (parts_.landed) parts_.landed();
}

// Where it took the last place of its target system or project, what waits behind it is found at
// once.
void Rounds::leave(const vault::DueRefresh& refresh) {
  const auto state = state_.lock();
  state->under_way.erase(refresh.key);
  if (!state->resting.contains(refresh.target_system.uuid)) state->quiet_until = {};
}

Milliseconds Rounds::until_quiet_is_over() {
  const BootTime now = parts_.clock.boot_now();
  const auto state = state_.lock();
  return state->quiet_until > now ? state->quiet_until - now : kLongestNap;
}

void Rounds::rest(const Uuid& target_system, const Error& why) {
  const ErrorValue* const value = why.find("retry_after");
  const auto* const seconds = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  Milliseconds wait = kLongestRest;
  if (seconds != nullptr) wait = std::clamp<Milliseconds>(Seconds(*seconds), Seconds(1), wait);
  const auto state = state_.lock();
  if (state->resting.size() >= kMostResting) return;
  state->resting[target_system] = parts_.clock.boot_now() + wait;
}

bool Rounds::is_resting(const Uuid& target_system) {
  const auto state = state_.lock();
  const auto found = state->resting.find(target_system);
  return found != state->resting.end() && found->second > parts_.clock.boot_now();
}

void Rounds::count(const vault::DueRefresh& refresh, const vault::RetrievalResult& result) {
  const auto left = left_of(parts_.clock, refresh.token.get());
  const Outcome outcome = outcome_of(result);
  const auto state = state_.lock();
  Counters& counters = state->counters;
  ++counters.ended[{refresh.service_provider, outcome}];
  if (!left) return;
  if (*left <= Milliseconds{0}) ++counters.late;
  if (outcome != Outcome::kRenewed) return;
  const auto step = std::ranges::lower_bound(Counters::kLifeSteps, *left);
  ++counters.life_left[static_cast<std::size_t>(step - Counters::kLifeSteps.begin())];
  counters.life_left_sum += std::max(*left, Milliseconds{0});
}

std::size_t Rounds::in_flight() { return state_.lock()->under_way.size(); }

Counters Rounds::counters() { return state_.lock()->counters; }

}  // namespace strongroom::refresh
