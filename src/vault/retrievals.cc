#include "vault/retrievals.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/uuid.h"
#include "storage/token_rows.h"
#include "vault/token_fingerprint.h"

namespace strongroom::vault {
namespace {

// Longer than a token request may take (http::ClientLimits::total_timeout, once per secret), so
// that a lease never ends under a call that still runs.
constexpr Milliseconds kLease{60'000};

Error stopping() {
  return Error{Code::kUnavailable, "The server is stopping.", {}, "provider_unreachable"};
}

Error busy() {
  return Error{Code::kUnavailable, "The server has too much to do; ask again.", {}, "overloaded"}
      .with("retry_after", std::int64_t{1});
}

// What is not found may have moved, and its issuer knows where to.
bool is_gone(oauth::FailureCause cause) {
  return cause == oauth::FailureCause::kEndpointNotFound ||
         cause == oauth::FailureCause::kNameUnresolved;
}

LiteralText problem_of(oauth::FailureCause cause) {
  if (cause == oauth::FailureCause::kOverloaded) return "overloaded";
  if (oauth::facts_of(cause).code == Code::kProviderRefused) return "provider_refused";
  return "provider_unreachable";
}

}  // namespace

// One retrieval under way.
struct Retrievals::Flight {
  OAuthClientId id;
  Actor starter;           // the server, for look-ups
  std::int64_t epoch = 0;  // of the lease
  TokenRequests plan;
  std::size_t next = 0;  // of plan.requests
};

Retrievals::Retrievals(Context& context, oauth::TokenClient& token_client, Workers workers,
                       Uuid process, EndpointGone endpoint_gone)
    : context_(context),
      token_client_(token_client),
      workers_(std::move(workers)),
      process_(process),
      endpoint_gone_(std::move(endpoint_gone)) {}

void Retrievals::retrieve(OAuthClientId id, std::optional<Actor> person, Done done) {
  const auto settings = settings_revision(context_.index, id);
  const BootTime now = context_.clock.boot_now();
  std::optional<Error> refused;
  Done unwanted;
  bool is_first = false;
  {
    const auto state = state_.lock();
    if (person) state->pauses.forget(id);
    refused = state->stopping ? stopping() : state->pauses.find(id, settings, now);
    if (refused) {
      unwanted = std::move(done);
    } else {
      std::vector<Done>& waiting = state->waiting[id];
      is_first = waiting.empty();
      waiting.push_back(std::move(done));
    }
  }
  if (refused) return unwanted(*std::move(refused));
  if (!is_first) return;
  auto begin = [this, id,
                starter = std::move(person).value_or(Actor{.kind = audit::ActorKind::kServer})] {
    start(id, starter);
  };
  if (!workers_.start(std::move(begin))) land(id, busy());
}

// On a worker: claims the lease and sends the first request. What is stored is read with the lease
// in hand: a change that comes later moves the lease on, so that no token of before is kept.
void Retrievals::start(OAuthClientId id, Actor starter) {
  const WallTime now = context_.clock.now();
  const auto epoch =
      storage::write<std::optional<std::int64_t>>(context_.store, [&](storage::Transaction& tx) {
        return storage::claim_lease(tx, id.uuid, process_, now, now + kLease);
      });
  if (!epoch) return land(id, epoch.error());
  auto plan = build_token_requests(context_, id);
  if (!plan) {
    if (*epoch) give_back_lease(id, **epoch);
    return land(id, plan.error());
  }
  if (!*epoch) return land(id, busy());  // another process retrieves; its token is there soon
  auto flight = std::make_shared<Flight>();
  flight->id = id;
  flight->starter = std::move(starter);
  flight->epoch = **epoch;
  flight->plan = std::move(*plan);
  send(std::move(flight));
}

void Retrievals::give_back_lease(OAuthClientId id, std::int64_t epoch) {
  const Status given_back = context_.store.write(
      [&](storage::Transaction& tx) { return storage::release_lease(tx, id.uuid, epoch); });
  // It runs out by itself, and is in nobody's way here meanwhile.
  if (!given_back) context_.log.failed("A lease could not be given back.", given_back.error());
}

void Retrievals::send(std::shared_ptr<Flight> flight) {
  ++state_.lock()->counters.requests;
  oauth::TokenRequest request = std::move(flight->plan.requests[flight->next++]);
  token_client_.request(
      std::move(request), [this, flight = std::move(flight)](oauth::TokenResult result) mutable {
        const OAuthClientId id = flight->id;
        auto arrived = [this, flight = std::move(flight), result = std::move(result)]() mutable {
          received(std::move(flight), std::move(result));
        };
        if (!workers_.finish(std::move(arrived))) land(id, stopping());
      });
}

// On a worker: keeps the token, or tries the other secret, or notes the failure.
void Retrievals::received(std::shared_ptr<Flight> flight, oauth::TokenResult result) {
  if (result) return land(flight->id, keep(*flight, std::move(*result)));
  const bool wrong_secret = result.error().cause == oauth::FailureCause::kInvalidClient;
  if (wrong_secret && flight->next < flight->plan.requests.size()) return send(std::move(flight));
  land(flight->id, note_failure(*flight, result.error()));
}

RetrievalResult Retrievals::keep(const Flight& flight, oauth::TokenSet tokens) {
  auto entry = std::make_shared<TokenEntry>();
  entry->generation = flight.plan.token_generation + 1;
  entry->token_type = tokens.token_type;
  entry->scope = tokens.scope();
  if (!tokens.missing_scopes.empty()) {
    context_.log.warning("The provider granted less than was asked for.",
                         {{"oauth_client", flight.id.uuid},
                          {"missing_scopes", std::int64_t(tokens.missing_scopes.size())},
                          {"first_missing", tokens.missing_scopes.front()}});
  }
  entry->lifetime = tokens.lifetime;
  entry->refreshed_at = tokens.sent_at;
  entry->refreshed_at_boot = tokens.sent_at_boot;
  if (tokens.lifetime) {
    entry->deadline = Deadline::after(tokens.sent_at, tokens.sent_at_boot, *tokens.lifetime);
    entry->expires_at = entry->deadline->wall;
  }
  STRONGROOM_TRY(entry->fingerprint, token_fingerprint(context_.sealer, tokens.access_token));
  STRONGROOM_TRY(entry->sealed, context_.sealer.seal({.table = "oauth_clients",
                                                      .row = flight.id.uuid,
                                                      .column = "sealed_token",
                                                      .scope = flight.plan.project.uuid,
                                                      .generation = entry->generation},
                                                     tokens.access_token.reveal()));
  return store(flight, std::move(entry), !tokens.missing_scopes.empty());
}

RetrievalResult Retrievals::store(const Flight& flight, std::shared_ptr<TokenEntry> entry,
                                  bool scopes_missing) {
  const WallTime now = context_.clock.now();
  const storage::TokenRow row{.sealed = entry->sealed,
                              .generation = entry->generation,
                              .token_type = entry->token_type,
                              .scope = entry->scope,
                              .fingerprint = entry->fingerprint,
                              .lifetime = entry->lifetime,
                              .expires_at = entry->expires_at,
                              .refreshed_at = entry->refreshed_at};
  const Status stored = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, storage::store_token(tx, flight.id.uuid, flight.epoch, row));
    // The lease has moved on: whoever has it now knows better (invariant 8).
    if (!ours) return busy();
    audit::Event happened = event(flight, audit::Action::kTokensRetrieved, now, entry->fingerprint);
    if (scopes_missing) happened.reason = "scopes_missing";
    STRONGROOM_CHECK(context_.trail.record_change(tx, happened));
    tx.on_commit([this, id = flight.id, entry] { context_.index.put_retrieved(id, entry); });
    return {};
  });
  if (!stored) return stored.error();
  const auto state = state_.lock();
  ++state->counters.successes;
  state->pauses.forget(flight.id);
  return std::shared_ptr<const TokenEntry>(std::move(entry));
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
  happened.subject_id = flight.id.uuid;
  happened.project_id = flight.plan.project.uuid;
  if (const auto client = context_.index.find(flight.id).client) {
    happened.subject_name = client->label;
  }
  happened.fingerprint = std::move(fingerprint);
  return happened;
}

// The client's failure, in its row, the audit trail and the index, if the lease is still ours.
void Retrievals::write_down(const Flight& flight, const oauth::CauseFacts& facts) {
  const WallTime now = context_.clock.now();
  const Status noted = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, storage::store_failure(tx, flight.id.uuid, flight.epoch,
                                                           facts.name.view(), now));
    if (!ours) return {};
    audit::Event happened = event(flight, audit::Action::kRetrievalFailed, now, {});
    happened.outcome = audit::Outcome::kFailure;
    happened.reason = facts.name.view();
    STRONGROOM_CHECK(context_.trail.record_change(tx, happened));
    tx.on_commit([this, id = flight.id] { context_.index.put_failed(id); });
    return {};
  });
  if (!noted) context_.log.failed("A failed retrieval could not be noted.", noted.error());
}

Error Retrievals::note_failure(const Flight& flight, const oauth::TokenFailure& failure) {
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  Error error = oauth::as_error(failure);
  error.problem = problem_of(failure.cause);
  error.detail += " client " + flight.id.text();
  context_.log.failed("A token could not be retrieved.", error);
  // What is wrong with this server is no failure of the client.
  if (failure.cause != oauth::FailureCause::kOverloaded) write_down(flight, facts);
  if (flight.plan.discovered && endpoint_gone_ && is_gone(failure.cause)) {
    endpoint_gone_(*flight.plan.discovered);
  }
  const BootTime now = context_.clock.boot_now();
  const auto state = state_.lock();
  ++state->counters.failures;
  return state->pauses.note(flight.id, flight.plan.settings, std::move(error), facts.transient, now,
                            context_.random);
}

// Answers everybody who waited for `id`.
void Retrievals::land(OAuthClientId id, const RetrievalResult& result) {
  std::vector<Done> waiting;
  {
    const auto state = state_.lock();
    const auto found = state->waiting.find(id);
    if (found == state->waiting.end()) return;
    waiting = std::move(found->second);
    state->waiting.erase(found);
  }
  for (Done& done : waiting) done(result);
  landed_.notify_all();
}

bool Retrievals::drain(Milliseconds patience) {
  auto state = state_.lock();
  state->stopping = true;
  return landed_.wait_for(state.mutex_lock(), patience, [&] { return state->waiting.empty(); });
}

std::uint64_t Retrievals::in_flight() { return state_.lock()->waiting.size(); }

RetrievalCounters Retrievals::counters() { return state_.lock()->counters; }

}  // namespace strongroom::vault
