#include "vault/provider_gates.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vault/gate_errors.h"

namespace strongroom::vault {
namespace {

// Whatever its limit, a host that nobody asked for so long has all of it: one a minute is the
// least.
constexpr Milliseconds kUntilFull{60'000};

std::size_t most_waiting(Urgency urgency) {
  return urgency == Urgency::kBackground ? ProviderGates::kMostInBackground
                                         : ProviderGates::kMostWaiting;
}

}  // namespace

ProviderGates::ProviderGates(const Clock& clock, crypto::Random& random, Log& log, Executor run,
                             GateLimits limits)
    : clock_(clock), random_(random), log_(log), run_(std::move(run)), limits_(std::move(limits)) {}

void ProviderGates::limit(std::map<std::string, std::size_t, std::less<>> per_minute) {
  const auto state = state_.lock();
  limits_.per_minute = std::move(per_minute);
}

void ProviderGates::enter(const ProviderEndpoint& endpoint, const GateVisitor& who, Urgency urgency,
                          Entered entered) {
  Result<GatePass> answer = GatePass();
  {
    const auto state = state_.lock();
    if (auto refused = refusal(*state, endpoint, who.project, urgency)) {
      answer = *std::move(refused);
    } else {
      Host& host = state->hosts[endpoint.host];
      const bool is_its_turn =
          !has_all_of_its_own(*state, who.project) && !is_somebody_next(*state, host);
      if (!is_its_turn || !may_begin(host, who)) {
        host.waiting[urgency].push_back({endpoint, who, std::move(entered),
                                         clock_.boot_now() + kPatience,
                                         urgency == Urgency::kPerson});
        return;
      }
      answer = begin(*state, host, endpoint, who);
    }
  }
  entered(std::move(answer));
}

std::optional<Error> ProviderGates::refusal(const ProviderEndpoint& endpoint, ProjectId project,
                                            Urgency urgency) {
  return refusal(*state_.lock(), endpoint, project, urgency);
}

std::optional<Error> ProviderGates::refusal(State& state, const ProviderEndpoint& endpoint,
                                            ProjectId project, Urgency urgency) {
  if (state.is_closed) return gates_closed();
  const BootTime now = clock_.boot_now();
  const auto breaker = state.breakers.find(endpoint.address);
  if (urgency != Urgency::kPerson && breaker != state.breakers.end()) {
    if (const auto pause = breaker->second.pause(now)) return pausing(*pause, now);
  }
  const auto host = state.hosts.find(endpoint.host);
  if (host == state.hosts.end()) return std::nullopt;
  const auto queue = host->second.waiting.find(urgency);
  if (queue == host->second.waiting.end()) return std::nullopt;
  const std::size_t most = most_waiting(urgency);
  if (queue->second.size() < most) return std::nullopt;
  const auto of_project = std::ranges::count(
      queue->second, project, [](const Waiter& waiter) { return waiter.who.project; });
  if (static_cast<std::size_t>(of_project) < most) return std::nullopt;
  return too_many_wait();
}

bool ProviderGates::has_all_of_its_own(const State& state, ProjectId project) const {
  const auto of_project = state.of_project.find(project);
  return of_project != state.of_project.end() && of_project->second >= limits_.of_project;
}

// Whether one of those who wait would begin, if the host had room. Who waits for others of the same
// project holds nobody else up.
bool ProviderGates::is_somebody_next(const State& state, const Host& host) const {
  return std::ranges::any_of(host.waiting, [&](const auto& queue) {
    return std::ranges::any_of(queue.second, [&](const Waiter& waiter) {
      return !has_all_of_its_own(state, waiter.who.project);
    });
  });
}

void ProviderGates::hurry(const ProviderEndpoint& endpoint, const TokenKey& who, Urgency urgency) {
  const auto state = state_.lock();
  const auto host = state->hosts.find(endpoint.host);
  if (host == state->hosts.end()) return;
  for (auto& [slower, queue] : host->second.waiting) {
    if (slower <= urgency) continue;
    const auto found =
        std::ranges::find(queue, who, [](const Waiter& waiter) { return waiter.who.token; });
    if (found == queue.end()) continue;
    found->until = clock_.boot_now() + kPatience;
    found->insists = urgency == Urgency::kPerson;
    Queue& faster = host->second.waiting[urgency];
    faster.splice(faster.end(), queue, found);
    return;
  }
}

// The smaller of what the settings and the provider's entry say; 0: neither does.
double ProviderGates::most_in_a_second(const GateVisitor& who) const {
  const auto set = static_cast<double>(limits_.per_second);
  const auto of_entry = limits_.per_minute.find(who.service_provider);
  if (of_entry == limits_.per_minute.end()) return set;
  const double stated = static_cast<double>(of_entry->second) / 60;
  return limits_.per_second == 0 ? stated : std::min(set, stated);
}

// Whether one more request may begin now, by both limits; takes it off that of a second. What a
// second may begin is what may be saved up, but one at least.
bool ProviderGates::may_begin(Host& host, const GateVisitor& who) const {
  if (host.inside >= limits_.at_once) return false;
  const double rate = most_in_a_second(who);
  if (rate <= 0) return true;
  const BootTime now = clock_.boot_now();
  const double most = std::max(rate, 1.0);
  const Milliseconds passed = host.filled_at ? now - *host.filled_at : kUntilFull;
  const auto seconds = std::chrono::duration<double>(std::max(passed, Milliseconds{0})).count();
  host.tokens = std::min(most, host.tokens + rate * seconds);
  host.filled_at = now;
  if (host.tokens < 1) return false;
  host.tokens -= 1;
  return true;
}

GatePass ProviderGates::begin(State& state, Host& host, const ProviderEndpoint& endpoint,
                              const GateVisitor& who) {
  ++host.inside;
  ++state.of_project[who.project];
  const auto breaker = state.breakers.find(endpoint.address);
  const bool is_probe = breaker != state.breakers.end() && breaker->second.begin(clock_.boot_now());
  return {*this, endpoint, who, is_probe};
}

// Those whose turn it is, the most urgent first, and of these who waited longest; who waits for
// others of the same project is passed over. An endpoint may have begun to fail since they came.
void ProviderGates::begin_waiting(State& state, const std::string& name, Calls& calls) {
  const auto host = state.hosts.find(name);
  if (host == state.hosts.end()) return;
  for (auto& [urgency, queue] : host->second.waiting) {
    for (auto at = queue.begin(); at != queue.end();) {
      Waiter& next = *at;
      const BootTime now = clock_.boot_now();
      const auto breaker = state.breakers.find(next.endpoint.address);
      const auto pause = next.insists || breaker == state.breakers.end()
                             ? std::nullopt
                             : breaker->second.pause(now);
      if (pause) {
        calls.push_back({std::move(next.entered), pausing(*pause, now)});
      } else if (has_all_of_its_own(state, next.who.project)) {
        ++at;
        continue;
      } else if (!may_begin(host->second, next.who)) {
        return;
      } else {
        calls.push_back(
            {std::move(next.entered), begin(state, host->second, next.endpoint, next.who)});
      }
      at = queue.erase(at);
    }
  }
}

// A project has room again: whoever waited for that may wait at any host.
void ProviderGates::begin_anywhere(State& state, Calls& calls) {
  for (auto& [name, host] : state.hosts) begin_waiting(state, name, calls);
}

void ProviderGates::refuse_overdue(Host& host, Calls& calls) {
  const BootTime now = clock_.boot_now();
  for (auto& [urgency, queue] : host.waiting) {
    for (auto at = queue.begin(); at != queue.end();) {
      if (now < at->until) {
        ++at;
        continue;
      }
      calls.push_back({std::move(at->entered), waited_too_long()});
      at = queue.erase(at);
    }
  }
}

void ProviderGates::turn() {
  Calls calls;
  {
    const auto state = state_.lock();
    if (state->is_closed) return;
    for (auto& [name, host] : state->hosts) {
      refuse_overdue(host, calls);
      begin_waiting(*state, name, calls);
    }
    forget_idle_hosts(*state);
    std::erase_if(state->breakers, [now = clock_.boot_now()](const auto& breaker) {
      return breaker.second.is_forgotten(now);
    });
  }
  run_all(std::move(calls));
}

void ProviderGates::close() {
  Calls calls;
  {
    const auto state = state_.lock();
    state->is_closed = true;
    for (auto& [name, host] : state->hosts) {
      for (auto& [urgency, queue] : host.waiting) {
        for (Waiter& waiter : queue) calls.push_back({std::move(waiter.entered), gates_closed()});
        queue.clear();
      }
    }
  }
  for (Call& call : calls) call.entered(std::move(call.result));
}

void ProviderGates::note(const GatePass& pass, const oauth::TokenFailure* failure) {
  auto change = EndpointBreaker::Change::kNone;
  Calls calls;
  {
    const auto state = state_.lock();
    change = state->breakers[pass.endpoint_.address].note(pass.client_, pass.is_probe_, failure,
                                                          clock_.boot_now(), random_);
    if (change == EndpointBreaker::Change::kOpened || change == EndpointBreaker::Change::kPaused) {
      refuse_waiting(*state, pass.endpoint_, calls);
    }
  }
  say(change, pass.endpoint_, failure);
  for (Call& call : calls) call.entered(std::move(call.result));
}

void ProviderGates::refuse_waiting(State& state, const ProviderEndpoint& endpoint, Calls& calls) {
  const BootTime now = clock_.boot_now();
  const auto pause = state.breakers[endpoint.address].pause(now);
  const auto host = state.hosts.find(endpoint.host);
  if (!pause || host == state.hosts.end()) return;
  for (auto& [urgency, queue] : host->second.waiting) {
    for (auto at = queue.begin(); at != queue.end();) {
      if (at->insists || at->endpoint.address != endpoint.address) {
        ++at;
        continue;
      }
      calls.push_back({std::move(at->entered), pausing(*pause, now)});
      at = queue.erase(at);
    }
  }
}

void ProviderGates::leave(const GatePass& pass) {
  Calls calls;
  {
    const auto state = state_.lock();
    const bool freed_its_project = has_all_of_its_own(*state, pass.project_);
    --state->hosts[pass.endpoint_.host].inside;
    if (--state->of_project[pass.project_] == 0) state->of_project.erase(pass.project_);
    if (pass.is_probe_) state->breakers[pass.endpoint_.address].end_probe();
    if (!state->is_closed) {
      begin_waiting(*state, pass.endpoint_.host, calls);
      if (freed_its_project) begin_anywhere(*state, calls);
    }
    forget_if_idle(*state, pass.endpoint_);
  }
  run_all(std::move(calls));
}

// Those whose limit of a second or minute is full again: there is nothing to remember.
void ProviderGates::forget_idle_hosts(State& state) const {
  const BootTime now = clock_.boot_now();
  std::erase_if(state.hosts, [now](const auto& named) {
    const Host& host = named.second;
    const bool nobody_is_there =
        host.inside == 0 &&
        std::ranges::all_of(host.waiting, [](const auto& queue) { return queue.second.empty(); });
    return nobody_is_there && (!host.filled_at || now - *host.filled_at >= kUntilFull);
  });
}

// Target systems come and go; what is remembered of none is not kept.
void ProviderGates::forget_if_idle(State& state, const ProviderEndpoint& endpoint) {
  const auto host = state.hosts.find(endpoint.host);
  const bool nobody_is_there =
      host->second.inside == 0 && std::ranges::all_of(host->second.waiting, [](const auto& queue) {
        return queue.second.empty();
      });
  if (nobody_is_there && !host->second.filled_at) state.hosts.erase(host);
  const auto breaker = state.breakers.find(endpoint.address);
  if (breaker != state.breakers.end() && breaker->second.is_plain(clock_.boot_now())) {
    state.breakers.erase(breaker);
  }
}

void ProviderGates::say(EndpointBreaker::Change change, const ProviderEndpoint& endpoint,
                        const oauth::TokenFailure* failure) {
  const std::string_view cause =
      failure == nullptr ? std::string_view() : oauth::facts_of(failure->cause).name.view();
  const std::string_view address = endpoint.address;
  switch (change) {
    case EndpointBreaker::Change::kNone:
      return;
    case EndpointBreaker::Change::kOpened:
      log_.warning(
          "A token endpoint fails; one client at a time finds out "
          "whether it still does.",
          {{"endpoint", address}, {"cause", cause}});
      return;
    case EndpointBreaker::Change::kClosed:
      log_.info("A token endpoint that failed answers again.", {{"endpoint", address}});
      return;
    case EndpointBreaker::Change::kPaused:
      log_.warning("A token endpoint asks for patience; nobody asks it meanwhile.",
                   {{"endpoint", address}, {"cause", cause}});
      return;
  }
}

// What is refused here is refused because the server stops: then close() refuses the rest.
void ProviderGates::run_all(Calls calls) {
  for (Call& call : calls) {
    const auto kept = std::make_shared<Call>(std::move(call));
    if (run_([kept] { kept->entered(std::move(kept->result)); })) continue;
    state_.lock()->is_closed = true;
    kept->entered(gates_closed());
  }
}

std::optional<EndpointPause> ProviderGates::pause_of(const ProviderEndpoint& endpoint) {
  const auto state = state_.lock();
  const auto breaker = state->breakers.find(endpoint.address);
  if (breaker == state->breakers.end()) return std::nullopt;
  return breaker->second.pause(clock_.boot_now());
}

std::size_t ProviderGates::known() {
  const auto state = state_.lock();
  return state->hosts.size() + state->breakers.size() + state->of_project.size();
}

GateCounts ProviderGates::counts() {
  GateCounts counted;
  const auto state = state_.lock();
  for (const auto& [name, host] : state->hosts) {
    counted.inside += host.inside;
    for (const auto& [urgency, queue] : host.waiting) counted.waiting += queue.size();
  }
  for (const auto& [address, breaker] : state->breakers) counted.open += breaker.is_open() ? 1 : 0;
  return counted;
}

}  // namespace strongroom::vault
