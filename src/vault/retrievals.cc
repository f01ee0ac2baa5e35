#include "vault/retrievals.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/uuid.h"
#include "vault/exchanges.h"
#include "vault/refresh_plan.h"
#include "vault/retrieval_flight.h"
#include "vault/scope_changes.h"
#include "vault/stored_token.h"
#include "vault/subject_tokens.h"
#include "vault/target_system_faults.h"
#include "vault/token_leases.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

// What is not found may have moved, and its issuer knows where to.
bool is_gone(oauth::FailureCause cause) {
  return cause == oauth::FailureCause::kEndpointNotFound ||
         cause == oauth::FailureCause::kNameUnresolved;
}

// Whether the key is one that may have a lease. For others not even that is stored.
bool is_listed(const LookupIndex& index, const TokenKey& key) {
  if (key.resource.empty()) return true;
  const auto system = index.find(key.client).target_system;
  return system && std::ranges::find(system->resources, key.resource) != system->resources.end();
}

LiteralText problem_of(oauth::FailureCause cause) {
  if (oauth::facts_of(cause).code == Code::kNeedsConsent) return "needs_sign_in";
  if (cause == oauth::FailureCause::kOverloaded) return "overloaded";
  if (oauth::facts_of(cause).code == Code::kProviderRefused) return "provider_refused";
  return "provider_unreachable";
}

// On a worker. What came besides is sealed before the transaction in which the token is stored.
template <class Flight>
oauth::TokenResult read_and_learn(Context& context, Flight& flight, const oauth::RawResult& raw) {
  if (!raw) {
    oauth::note_failure(raw.error(), *flight.seen);
    return tl::unexpected(raw.error());
  }
  oauth::TokenResult result = oauth::read_answer(raw->response, raw->reading);
  if (result) {
    flight.learned = learn(context, flight.key.client, flight.plan.service_provider, raw->response);
  } else {
    oauth::note_failure(result.error(), *flight.seen);
  }
  return result;
}

}  // namespace

void note_missing_scopes(Context& context, OAuthClientId client, const oauth::TokenSet& tokens) {
  if (tokens.missing_scopes.empty()) return;
  context.log.warning("The provider granted less than was asked for.",
                      {{"oauth_client", client.uuid},
                       {"missing_scopes", std::int64_t(tokens.missing_scopes.size())},
                       {"first_missing", tokens.missing_scopes.front()}});
}

Error retrievals_stopping() {
  return Error{Code::kUnavailable, "The server is stopping.", {}, "provider_unreachable"};
}

Error retrievals_busy() {
  return Error{Code::kUnavailable, "The server has too much to do; ask again.", {}, "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Retrievals::Retrievals(Context& context, oauth::TokenClient& token_client, Workers workers,
                       Uuid process, EndpointGone endpoint_gone)
    : context_(context),
      token_client_(token_client),
      workers_(std::move(workers)),
      process_(process),
      endpoint_gone_(std::move(endpoint_gone)),
      settlement_(context, process) {}

void Retrievals::retrieve(const TokenKey& key, std::optional<Actor> person, Done done,
                          Urgency urgency) {
  if (person) urgency = Urgency::kPerson;
  ask({.key = key, .person = std::move(person), .urgency = urgency}, std::move(done));
}

void Retrievals::renew(const TokenKey& key, std::int64_t generation, Done done) {
  ask({.key = key, .urgency = Urgency::kBackground, .generation = generation}, std::move(done));
}

Milliseconds Retrievals::pause_of(const TokenKey& key) {
  const auto settings = settings_revision(context_.index, key.client);
  return state_.lock()->pauses.left(key, settings, context_.clock.boot_now());
}

// Null: it is still that of `generation`, or there is none. Nobody's flight may be under way: its
// token is in the index before it lands.
std::shared_ptr<const TokenEntry> Retrievals::newer(const TokenKey& key,
                                                    std::optional<std::int64_t> generation) const {
  if (!generation) return nullptr;
  const auto client = context_.index.find(key.client).client;
  auto token = client ? token_for(*client, key.resource) : nullptr;
  return token && token->generation > *generation ? token : nullptr;
}

void Retrievals::ask(Wish wish, Done done) {
  const TokenKey& key = wish.key;
  const auto settings = settings_revision(context_.index, key.client);
  const BootTime now = context_.clock.boot_now();
  std::optional<Error> refused;
  std::shared_ptr<const TokenEntry> renewed;
  Done unwanted;
  bool is_first = false;
  {
    const auto state = state_.lock();
    if (wish.person) state->pauses.forget(key);
    refused = state->stopping ? retrievals_stopping() : known_refusal(key);
    if (!refused) refused = state->pauses.find(key, settings, now);
    // Whoever wants what is under way already waits for that, whatever it is.
    const bool is_under_way = state->waiting.contains(key);
    if (!refused && !is_under_way) refused = refusal_for_all(key, wish.urgency);
    if (!refused && !is_under_way) renewed = newer(key, wish.generation);
    if (refused || renewed) {
      unwanted = std::move(done);
    } else {
      Waiting& waiting = state->waiting[key];
      is_first = waiting.done.empty();
      waiting.urgency = std::min(waiting.urgency, wish.urgency);
      waiting.done.push_back(std::move(done));
    }
  }
  if (refused) return unwanted(*std::move(refused));
  if (renewed) return unwanted(std::move(renewed));
  if (!is_first) return hurry(key, wish.urgency);
  const Begin begin{
      .key = key,
      .starter = std::move(wish.person).value_or(Actor{.kind = audit::ActorKind::kServer}),
      .urgency = wish.urgency};
  if (!workers_.start([this, begin] { start(begin); })) land(key, retrievals_busy());
}

// What would be said to any client of the target system: its credentials are refused, or its
// token endpoint is not asked at the moment. A person has it tried all the same.
std::optional<Error> Retrievals::refusal_for_all(const TokenKey& key, Urgency urgency) {
  if (urgency == Urgency::kPerson) return std::nullopt;
  const LookupIndex::Found found = context_.index.find(key.client);
  const auto& system = found.target_system;
  if (!system || !found.client) return std::nullopt;
  if (context_.gates != nullptr && !system->endpoint.host.empty()) {
    if (auto refused = context_.gates->refusal(system->endpoint, found.client->project, urgency)) {
      return refused;
    }
  }
  return context_.faults == nullptr ? std::nullopt : context_.faults->refusal(*system, key.client);
}

// Goes on once the gate of the token endpoint lets it through; on this thread, if it does at
// once.
void Retrievals::pass_gate(const Begin& begin, Passed passed) {
  const LookupIndex::Found found = context_.index.find(begin.key.client);
  const auto& system = found.target_system;
  const bool has_gate =
      context_.gates != nullptr && found.client && system && !system->endpoint.host.empty();
  if (!has_gate) return passed(GatePass());
  context_.gates->enter(
      system->endpoint,
      {.token = begin.key,
       .project = found.client->project,
       .service_provider = system->service_provider},
      urgency_of(begin),
      [this, key = begin.key, passed = std::move(passed)](Result<GatePass> pass) mutable {
        if (!pass) return land(key, pass.error());
        passed(*std::move(pass));
      });
}

void Retrievals::hurry(const TokenKey& key, Urgency urgency) {
  if (context_.gates == nullptr || urgency == Urgency::kBackground) return;
  if (const auto system = context_.index.find(key.client).target_system) {
    context_.gates->hurry(system->endpoint, key, urgency);
  }
}

// Somebody may have joined since it was begun, before it came to its gate.
Urgency Retrievals::urgency_of(const Begin& begin) {
  const auto state = state_.lock();
  const auto found = state->waiting.find(begin.key);
  return found == state->waiting.end() ? begin.urgency
                                       : std::min(begin.urgency, found->second.urgency);
}

// What only a person can change is not asked again, whoever wants it.
std::optional<Error> Retrievals::known_refusal(const TokenKey& key) const {
  const auto found = context_.index.find(key.client);
  if (found.killed_by) return stopped_by_a_kill();
  const auto& client = found.client;
  if (!client || client->state != OAuthClientState::kNeedsSignIn) return std::nullopt;
  if (!client->why_sign_in) return needs_sign_in();
  return needs_sign_in(oauth::facts_of(*client->why_sign_in).name.view());
}

// On a worker.
void Retrievals::start(const Begin& begin) {
  const TokenKey& key = begin.key;
  if (!is_listed(context_.index, key)) {
    const auto why = build_token_requests(context_, key);
    return land(key, why ? retrievals_busy() : why.error());
  }
  const auto system = context_.index.find(key.client).target_system;
  if (system && needs_person(system->grant)) return start_refresh(begin);
  if (system && system->grant == GrantFlow::kTokenExchange) return start_exchange(begin);
  pass_gate(begin, [this, key, starter = begin.starter](GatePass pass) {
    start_retrieval(key, starter, std::move(pass));
  });
}

// On a worker: claims the lease and sends the first request. What is stored is read with the
// lease in hand: a change that comes later moves the lease on, so that no token of before is
// kept.
void Retrievals::start_retrieval(const TokenKey& key, const Actor& starter, GatePass pass) {
  const WallTime now = context_.clock.now();
  std::uint64_t rights_epoch = 0;
  const auto epoch =
      storage::write<std::optional<std::int64_t>>(context_.store, [&](storage::Transaction& tx) {
        rights_epoch = context_.index.rights_epoch();
        return claim_lease(tx, key, process_, now, now + kGrantLease);
      });
  if (!epoch) return land(key, epoch.error());
  auto plan = build_token_requests(context_, key);
  if (!plan) {
    if (*epoch) give_back_lease(key, **epoch);
    note_unprepared(key, plan.error());
    return land(key, plan.error());
  }
  state_.lock()->unprepared.erase(key);
  // Otherwise another process retrieves; its token is there soon.
  if (!*epoch) return land(key, retrievals_busy());
  auto flight = std::make_shared<Flight>();
  flight->key = key;
  flight->starter = starter;
  flight->pass = std::move(pass);
  flight->epoch = **epoch;
  flight->rights_epoch = rights_epoch;
  flight->plan = std::move(*plan);
  if (flight->plan.subject) return send_recorded(std::move(flight));
  send(std::move(flight));
}

void Retrievals::give_back_lease(const TokenKey& key, std::int64_t epoch) {
  const Status given_back =
      context_.store.write([&](storage::Transaction& tx) { return release_lease(tx, key, epoch); });
  // It runs out by itself, and is in nobody's way here meanwhile.
  if (!given_back) context_.log.failed("A lease could not be given back.", given_back.error());
}

void Retrievals::send(std::shared_ptr<Flight> flight) {
  ++state_.lock()->counters.requests;
  oauth::TokenRequest request = std::move(flight->plan.requests[flight->next++]);
  flight->seen = request.seen = std::make_shared<oauth::SeenExchange>();
  oauth::ProvedKey proved = flight->plan.key;
  flight->sent_at = context_.clock.now();
  flight->sent_at_boot = context_.clock.boot_now();
  token_client_.request_raw(
      std::move(request),
      [this, flight = std::move(flight)](oauth::RawResult result) mutable {
        const TokenKey key = flight->key;
        flight->took = context_.clock.boot_now() - flight->sent_at_boot;
        auto arrived = [this, flight = std::move(flight), result = std::move(result)] {
          received(flight, read_and_learn(context_, *flight, result));
        };
        if (!workers_.finish(std::move(arrived))) land(key, retrievals_stopping());
      },
      std::move(proved));
}

// On a worker: keeps the token, or tries the other secret, or notes the failure.
void Retrievals::received(std::shared_ptr<Flight> flight, oauth::TokenResult result) {
  clock_skews_.note(flight->plan.service_provider, flight->seen->clock_skew);
  if (result) {
    note_answer(*flight, nullptr);
    provider_counts_.note(flight->plan.service_provider, std::nullopt);
    return land(flight->key, keep(*flight, std::move(*result)));
  }
  explain_by_expiry(result.error(), flight->used(), context_.clock.now());
  note_answer(*flight, &result.error());
  flight->seen->cause = result.error().cause;
  provider_counts_.note(flight->plan.service_provider, result.error().cause);
  const oauth::FailureCause cause = result.error().cause;
  const bool wrong_secret =
      oauth::is_of_credential(cause) ||
      (flight->plan.grant_is_signed && cause == oauth::FailureCause::kInvalidGrant);
  if (wrong_secret && flight->next < flight->plan.requests.size()) {
    flight->refused.push_back(flight->exchange());
    return send(std::move(flight));
  }
  land(flight->key, note_failure(*flight, result.error()));
}

// What a request says of the endpoint and of the target system's credentials.
void Retrievals::note_answer(Flight& flight, const oauth::TokenFailure* failure) {
  flight.pass.note(failure);
  if (context_.faults == nullptr) return;
  if (failure == nullptr) return context_.faults->note_accepted(flight.plan.target_system);
  const bool is_last = flight.next >= flight.plan.requests.size();
  if (!is_last || !is_fault_of_target_system(failure->cause)) return;
  // What a refresh is not authorized for may be what one person's grant does not allow.
  const bool is_of_its_grant =
      flight.plan.refresh && failure->cause == oauth::FailureCause::kUnauthorizedClient;
  context_.faults->note({.system = flight.plan.target_system,
                         .revision = flight.plan.settings.target_system,
                         .client = flight.key.client,
                         .may_be_the_clients = flight.plan.has_own_tenant || is_of_its_grant,
                         .is_by_person = flight.starter.kind != audit::ActorKind::kServer,
                         .cause = failure->cause});
}

RetrievalResult Retrievals::keep(const Flight& flight, oauth::TokenSet tokens) {
  note_missing_scopes(context_, flight.key.client, tokens);
  if (flight.plan.subject) end_with_subject(*flight.plan.subject, tokens);
  STRONGROOM_TRY(auto entry, seal_access_token(context_, flight.key, flight.plan.project,
                                               flight.plan.token_generation + 1, tokens));
  return store(flight, std::move(entry), !tokens.missing_scopes.empty());
}

RetrievalResult Retrievals::store(const Flight& flight, std::shared_ptr<TokenEntry> entry,
                                  bool scopes_missing) {
  const WallTime now = context_.clock.now();
  storage::TokenRow row = token_row(context_, flight.key, *entry);
  row.destination = flight.plan.destination;
  const Status stored = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, store_token(tx, flight.key, flight.epoch, row));
    // The lease has moved on: whoever has it now knows better (invariant 8).
    if (!ours) return retrievals_busy();
    if (flight.plan.subject) {
      STRONGROOM_CHECK(note_subject(context_, tx, flight.key.client, *flight.plan.subject));
    }
    STRONGROOM_CHECK(note_exchange(flight, tx));
    STRONGROOM_CHECK(note_accepted(context_, tx, flight.plan.target_system, flight.used()));
    STRONGROOM_CHECK(store_learned(tx, flight.learned));
    audit::Event happened = event(flight, audit::Action::kTokensRetrieved, now, entry->fingerprint);
    if (scopes_missing) happened.reason = "scopes_missing";
    STRONGROOM_CHECK(context_.trail.record_change(tx, happened));
    STRONGROOM_CHECK(record_narrowed(context_, tx, flight.key, *entry, std::move(happened)));
    tx.on_commit([this, key = flight.key, entry, due = row.refresh_due_at] {
      put_retrieved(context_.index, key, entry);
      ring(context_, due);
    });
    return {};
  });
  if (!stored) {
    const GrantLease lease{
        .key = flight.key, .project = flight.plan.project, .rights_epoch = flight.rights_epoch};
    const SealedGrant late{.access = entry, .destination = flight.plan.destination};
    if (const Status withdrawn = withdraw_late_grant(context_, lease, late, flight.sent_at);
        !withdrawn) {
      context_.log.failed("A token that came too late could not be revoked.", withdrawn.error());
    }
    return stored.error();
  }
  const auto state = state_.lock();
  ++state->counters.successes;
  state->pauses.forget(flight.key);
  return std::shared_ptr<const TokenEntry>(std::move(entry));
}

Status Retrievals::note_exchange(const Flight& flight, storage::Transaction& tx) {
  if (flight.next == 0) return {};  // nothing was sent
  for (const Exchange& before : flight.refused) {
    STRONGROOM_CHECK(record_exchange(tx, flight.key.client.uuid, before));
  }
  return record_exchange(tx, flight.key.client.uuid, flight.exchange());
}

audit::Event Retrievals::event(const Flight& flight, audit::Action action, WallTime now,
                               std::string fingerprint) const {
  audit::Event happened{.id = crypto::make_uuid(now, context_.random),
                        .at = now,
                        .action = action,
                        .actor_kind = flight.starter.kind,
                        .actor_id = flight.starter.id,
                        .key_id = flight.starter.key_id,
                        .request_id = flight.starter.request_id,
                        .peer = flight.starter.peer};
  happened.subject_id = flight.key.client.uuid;
  happened.resource = flight.key.resource;
  happened.project_id = flight.plan.project.uuid;
  if (const auto client = context_.index.find(flight.key.client).client) {
    happened.subject_name = client->label;
  }
  happened.fingerprint = std::move(fingerprint);
  return happened;
}

// The client's failure, in its row, the audit trail and the index, if the lease is still ours.
void Retrievals::write_down(const Flight& flight, const oauth::CauseFacts& facts) {
  const WallTime now = context_.clock.now();
  const Status noted = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours,
                   store_failure(tx, flight.key, flight.epoch, facts.name.view(), now));
    if (!ours) return {};
    STRONGROOM_CHECK(note_exchange(flight, tx));
    audit::Event happened = event(flight, audit::Action::kRetrievalFailed, now, {});
    happened.outcome = audit::Outcome::kFailure;
    happened.reason = facts.name.view();
    STRONGROOM_CHECK(context_.trail.record_change(tx, happened));
    // One resource that fails says nothing of the client's other tokens.
    if (flight.key.resource.empty()) {
      tx.on_commit([this, id = flight.key.client] { context_.index.put_failed(id); });
    }
    return {};
  });
  if (!noted) context_.log.failed("A failed retrieval could not be noted.", noted.error());
}

// No request could be made: what is missing is on this side, and stays missing until somebody
// acts. Robots ask on meanwhile, so the log says it once, and again when it is something else.
void Retrievals::note_unprepared(const TokenKey& key, const Error& why) {
  {
    const auto state = state_.lock();
    if (why.code == Code::kNotFound) {  // the client is gone, and nobody is to do anything
      state->unprepared.erase(key);
      return;
    }
    ++state->counters.failures;
    const auto [known, is_new] = state->unprepared.try_emplace(key, why.message);
    if (!is_new && known->second.view() == why.message.view()) return;
    known->second = why.message;
  }
  context_.log.failed("No token can be asked for.", why, {{"oauth_client", key.client.uuid}});
}

Error Retrievals::note_failure(const Flight& flight, const oauth::TokenFailure& failure) {
  // What is wrong with this server is no failure of the client.
  if (failure.cause != oauth::FailureCause::kOverloaded) {
    write_down(flight, oauth::facts_of(failure.cause));
  }
  return failed(flight, failure);
}

// What those who wait are told, and those who come in the next while.
Error Retrievals::failed(const Flight& flight, const oauth::TokenFailure& failure) {
  Error error = oauth::as_error(failure);
  error.problem = problem_of(failure.cause);
  error.detail += " client " + flight.key.client.text();
  context_.log.failed("A token could not be retrieved.", error);
  if (flight.plan.discovered && endpoint_gone_ && is_gone(failure.cause)) {
    endpoint_gone_(*flight.plan.discovered);
  }
  const BootTime now = context_.clock.boot_now();
  const auto state = state_.lock();
  ++state->counters.failures;
  // There is nothing to wait for: known_refusal() answers until somebody has signed in.
  if (error.code == Code::kNeedsConsent) return error;
  return state->pauses.note(flight.key, flight.plan.settings, std::move(error),
                            oauth::facts_of(failure.cause).transient, now, context_.random);
}

// Answers everybody who waited for `key`.
void Retrievals::land(const TokenKey& key, const RetrievalResult& result) {
  std::vector<Done> waiting;
  {
    const auto state = state_.lock();
    const auto found = state->waiting.find(key);
    if (found == state->waiting.end()) return;
    waiting = std::move(found->second.done);
    state->waiting.erase(found);
    ++state->landing;
  }
  for (Done& done : waiting) done(result);
  pass_turn(key);
  --state_.lock()->landing;
  landed_.notify_all();
}

bool Retrievals::drain(Milliseconds patience) {
  state_.lock()->stopping = true;
  if (context_.gates != nullptr) context_.gates->close();
  auto state = state_.lock();
  // Who is being told may still use what stops after this.
  return landed_.wait_for(state.mutex_lock(), patience,
                          [&] { return state->waiting.empty() && state->landing == 0; });
}

std::uint64_t Retrievals::in_flight() { return state_.lock()->waiting.size(); }

RetrievalCounters Retrievals::counters() { return state_.lock()->counters; }

std::map<std::string, ProviderCounts::Counts> Retrievals::provider_counts() const {
  return provider_counts_.all();
}

Seconds Retrievals::largest_clock_skew() const { return clock_skews_.largest(); }

}  // namespace strongroom::vault
