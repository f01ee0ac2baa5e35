#pragma once
// The gates before the token endpoints: how many requests one host gets at once and a second, and
// one project has under way, who is next, and who is not let through at all because the endpoint
// fails (vault/endpoint_breaker.h).
//
// Whoever wants to send passes a gate before it takes anything that others need: a client's lease,
// a slot of the journal, a connection. Nobody waits on a thread: what waits is a callback in a
// queue, and each host has one of its own, so that a provider that hangs holds nobody else up.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/function.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/random.h"
#include "vault/endpoint_breaker.h"
#include "vault/provider_endpoint.h"
#include "vault/token_key.h"

namespace strongroom::vault {

// Who goes first.
enum class Urgency : std::uint8_t {
  kPerson,      // waits for it, and is let through to an endpoint that fails
  kLookup,      // a robot waits for it
  kBackground,  // nobody does
};

struct GateLimits {
  std::size_t at_once = 16;    // requests under way to one host
  std::size_t per_second = 0;  // that begin; as many may begin together after a while; 0: no limit
  // Of one project's clients, to all hosts together: each request has a slot of the journal, and
  // hosts that hang must not cost the other projects all of these.
  std::size_t of_project = 32;
  // That begin in a minute to one host, by the service provider whose entry says so.
  std::map<std::string, std::size_t, std::less<>> per_minute = {};
};

// Who wants to pass.
struct GateVisitor {
  TokenKey token = {};                // what is wanted
  ProjectId project = {};             // of the client
  std::string service_provider = {};  // of its target system
};

struct GateCounts {
  std::size_t inside = 0;   // under way
  std::size_t waiting = 0;  // for their turn
  std::size_t open = 0;     // endpoints that fail and are not asked, or by one client only
};

class ProviderGates;

// The right to send requests to one endpoint, one after another, given back when it ends. One that
// nobody gave stands for no gates at all. Not safe to use from two threads at a time.
class GatePass {
 public:
  GatePass() = default;
  GatePass(GatePass&& other) noexcept;
  GatePass& operator=(GatePass&& other) noexcept;
  ~GatePass();

  // What came of a request: a token, where `failure` is nullptr. Those who wait for an endpoint
  // that fails now are refused before this returns.
  void note(const oauth::TokenFailure* failure);

 private:
  friend class ProviderGates;
  GatePass(ProviderGates& gates, ProviderEndpoint endpoint, const GateVisitor& who, bool is_probe);
  void give_back();

  ProviderGates* gates_ = nullptr;
  ProviderEndpoint endpoint_;
  OAuthClientId client_;
  ProjectId project_;
  bool is_probe_ = false;
};

// Safe to use from any thread.
class ProviderGates {
 public:
  // How long a look-up or a person waits for its turn, and how many of each kind and of one project
  // may wait for one host. Few in the background: who plans them has other hosts as well.
  static constexpr Milliseconds kPatience{20'000};
  static constexpr std::size_t kMostWaiting = 1'000;
  static constexpr std::size_t kMostInBackground = 32;

  // `run` is where those go on who had to wait; it refuses only when the server stops. Must outlive
  // every pass.
  ProviderGates(const Clock& clock, crypto::Random& random, Log& log, Executor run,
                GateLimits limits);

  // Calls `entered` once: on this thread, if the way is free or closed, otherwise by `run`. Errors:
  // kUnavailable "provider_unreachable", with the cause, "overloaded"; with "retry_after".
  using Entered = UniqueFunction<void(Result<GatePass>)>;
  void enter(const ProviderEndpoint& endpoint, const GateVisitor& who, Urgency urgency,
             Entered entered);
  // The limits of a minute are these from now on: entries were changed.
  void limit(std::map<std::string, std::size_t, std::less<>> per_minute);

  // What enter() would refuse at once with; nullopt: it would not.
  std::optional<Error> refusal(const ProviderEndpoint& endpoint, ProjectId project,
                               Urgency urgency);
  // Somebody of more urgency waits for what was asked for: it waits among those from now on.
  void hurry(const ProviderEndpoint& endpoint, const TokenKey& who, Urgency urgency);

  // To be called every now and then, several times a second: ends the waiting of who has waited too
  // long, and begins what the limit of a second held back.
  void turn();
  // Nobody is let through any more, and who waits is refused. For the end.
  void close();

  std::optional<EndpointPause> pause_of(const ProviderEndpoint& endpoint);
  GateCounts counts();
  // Hosts, endpoints and projects of which anything is remembered.
  std::size_t known();

 private:
  friend class GatePass;
  struct Waiter {
    ProviderEndpoint endpoint;
    GateVisitor who;
    Entered entered;
    BootTime until;
    bool insists = false;  // it is let through although the endpoint fails
  };
  using Queue = std::list<Waiter>;
  struct Host {
    std::size_t inside = 0;
    std::map<Urgency, Queue> waiting;
    double tokens = 0;  // of the limit of a second or minute
    std::optional<BootTime> filled_at;
  };
  struct State {
    std::map<std::string, Host> hosts;
    std::map<std::string, EndpointBreaker> breakers;
    std::map<ProjectId, std::size_t> of_project;  // requests under way
    bool is_closed = false;
  };
  // What is called once the lock is open again.
  struct Call {
    Entered entered;
    Result<GatePass> result;
  };
  using Calls = std::vector<Call>;

  std::optional<Error> refusal(State& state, const ProviderEndpoint& endpoint, ProjectId project,
                               Urgency urgency);
  bool has_all_of_its_own(const State& state, ProjectId project) const;
  bool is_somebody_next(const State& state, const Host& host) const;
  double most_in_a_second(const GateVisitor& who) const;
  bool may_begin(Host& host, const GateVisitor& who) const;
  GatePass begin(State& state, Host& host, const ProviderEndpoint& endpoint,
                 const GateVisitor& who);
  void begin_waiting(State& state, const std::string& name, Calls& calls);
  void begin_anywhere(State& state, Calls& calls);
  void refuse_overdue(Host& host, Calls& calls);
  void forget_if_idle(State& state, const ProviderEndpoint& endpoint);
  void forget_idle_hosts(State& state) const;
  void note(const GatePass& pass, const oauth::TokenFailure* failure);
  void refuse_waiting(State& state, const ProviderEndpoint& endpoint, Calls& calls);
  void leave(const GatePass& pass);
  void say(EndpointBreaker::Change change, const ProviderEndpoint& endpoint,
           const oauth::TokenFailure* failure);
  void run_all(Calls calls);

  const Clock& clock_;
  crypto::Random& random_;
  Log& log_;
  const Executor run_;
  GateLimits limits_;  // per_minute only while state_ is locked
  Guarded<State> state_;
};

}  // namespace strongroom::vault
