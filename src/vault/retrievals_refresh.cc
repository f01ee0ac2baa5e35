// The refreshes among Retrievals: of clients for which a person signed in.

#include <memory>
#include <utility>

#include "crypto/uuid.h"
#include "oauth/refresh.h"
#include "storage/lease_rows.h"
#include "vault/journal.h"
#include "vault/refreshed_account.h"
#include "vault/restored_clients.h"
#include "vault/retrieval_flight.h"
#include "vault/retrievals.h"

namespace strongroom::vault {
namespace {

Error no_journal() {
  return Error{Code::kInternal, "There is no journal, so no refresh token is used."};
}

}  // namespace

// On a worker. One at a time for a client: whoever finds another one under way comes after it.
void Retrievals::start_refresh(const Begin& begin) {
  if (context_.journal == nullptr) return land(begin.key, no_journal());
  const auto holder = take_turn(begin);
  if (!holder) return refresh_in_turn(begin);
  hurry(*holder, begin.urgency);
}

// On a worker, with the client's turn: nothing is taken that others need before it may be sent.
void Retrievals::refresh_in_turn(const Begin& begin) {
  pass_gate(begin, [this, key = begin.key, starter = begin.starter](GatePass pass) {
    refresh(key, starter, /*is_again=*/false, std::move(pass));
  });
}
void Retrievals::refresh(const TokenKey& key, const Actor& starter, bool is_again, GatePass pass) {
  if (const Status settled = settlement_.settle(key.client); !settled) {
    return land(key, settled.error());
  }
  const BootTime leased_at = context_.clock.boot_now();
  auto lease = lease_for_refresh(key);
  if (!lease) return land(key, lease.error());
  if (!*lease) return land(key, retrievals_busy());
  auto flight = std::make_shared<Flight>();
  flight->key = key;
  flight->starter = starter;
  flight->lease = **lease;
  flight->leased_at = leased_at;
  flight->is_again = is_again;
  flight->pass = std::move(pass);
  auto plan = build_token_requests(context_, key);
  if (!plan) {
    if (plan.error().code == Code::kNeedsConsent) {
      note_unprepared(key, plan.error());
      return land(key, note_no_refresh_token(context_, **lease));
    }
    give_back(**lease);
    note_unprepared(key, plan.error());
    return land(key, plan.error());
  }
  state_.lock()->unprepared.erase(key);
  flight->plan = std::move(*plan);
  if (!flight->plan.refresh) {  // it is another target system's now
    give_back(**lease);
    return land(key, retrievals_busy());
  }
  if (may_refresh(*flight)) send_refresh(std::move(flight));
}

Result<std::optional<GrantLease>> Retrievals::lease_for_refresh(const TokenKey& key) {
  using Lease = std::optional<GrantLease>;
  return storage::write<Lease>(context_.store, [&](storage::Transaction& tx) -> Result<Lease> {
    STRONGROOM_CHECK(check_not_quarantined(tx, key.client));
    STRONGROOM_TRY(const auto held, storage::find_lease(tx, key.client.uuid));
    if (held && held->owner != process_) {
      const BootTime now = context_.clock.boot_now();
      if (!foreign_leases_.is_over(key.client, *held, now)) return Lease();
      STRONGROOM_CHECK(end_foreign_lease(tx, key.client, *held));
    }
    return claim_grant_lease(context_, tx, key, process_);
  });
}

// The call that comes next ends before the lease does, however long this process was held up since
// it claimed that. Errors: somebody else has the lease by now; of the store.
Status Retrievals::outlast_call(Flight& flight) {
  const auto& limits = flight.plan.requests[flight.next].message.limits;
  const auto is_in_time = [&] {
    return context_.clock.boot_now() + limits.total_timeout <= flight.leased_at + kGrantLease;
  };
  if (is_in_time()) return {};
  const BootTime before = context_.clock.boot_now();
  STRONGROOM_TRY(const bool is_ours,
                 storage::write<bool>(context_.store, [&](storage::Transaction& tx) {
                   return storage::extend_lease(tx, flight.key.client.uuid, flight.lease->epoch,
                                                context_.clock.now() + kGrantLease);
                 }));
  flight.leased_at = before;
  if (!is_ours || !is_in_time()) return retrievals_busy();
  return {};
}

// False: everybody was told why not.
bool Retrievals::may_refresh(const Flight& flight) {
  const Status may = check_doubt(*flight.plan.refresh, context_.clock.now());
  if (may) return true;
  if (may.error().code == Code::kNeedsConsent) {
    const auto ended =
        end_grant(context_, record_of(flight), oauth::facts_of(oauth::FailureCause::kRefreshLost));
    if (!ended) context_.log.failed("The end of a grant could not be noted.", ended.error());
  } else {
    give_back(*flight.lease);
  }
  land(flight.key, may.error());
  return false;
}

void Retrievals::give_back(const GrantLease& lease) {
  const Status given_back = context_.store.write(
      [&](storage::Transaction& tx) { return release_grant_lease(tx, lease); });
  // It runs out by itself, and is in nobody's way here meanwhile.
  if (!given_back) context_.log.failed("A lease could not be given back.", given_back.error());
}

// On a worker: nothing is sent before its intent is durable, and there is room for its answer.
void Retrievals::send_refresh(std::shared_ptr<Flight> flight) {
  flight->sent_at = context_.clock.now();
  flight->sent_at_boot = context_.clock.boot_now();
  flight->intent = crypto::make_uuid(flight->sent_at, context_.random);
  const JournalIntent intent{.id = flight->intent,
                             .kind = GrantKind::kRefresh,
                             .client = flight->key.client,
                             .project = flight->plan.project,
                             .resource = flight->key.resource,
                             .epoch = flight->lease->epoch,
                             .generation = flight->plan.refresh->row.generation,
                             .destination = flight->plan.destination,
                             .at = flight->sent_at};
  if (const Status begun = context_.journal->begin(intent); !begun) {
    context_.log.failed("A refresh token was not used.", begun.error());
    give_back(*flight->lease);
    return land(flight->key, begun.error());
  }
  if (const Status held = outlast_call(*flight); !held) {
    context_.journal->done(flight->intent);  // nothing was sent
    give_back(*flight->lease);
    return land(flight->key, held.error());
  }
  ++state_.lock()->counters.requests;
  oauth::TokenRequest request = std::move(flight->plan.requests[flight->next++]);
  flight->seen = request.seen = std::make_shared<oauth::SeenExchange>();
  oauth::ProvedKey proved = flight->plan.key;
  token_client_.request_raw(
      std::move(request),
      [this, flight = std::move(flight)](oauth::RawResult result) mutable {
        flight->took = context_.clock.boot_now() - flight->sent_at_boot;
        const auto answer = std::make_shared<oauth::RawResult>(std::move(result));
        if (workers_.finish([this, flight, answer] { refreshed(flight, *answer); })) return;
        // The server stops, and nobody else needs this thread: what came is kept for its next
        // start.
        if (*answer) (void)context_.journal->answered(flight->intent, (*answer)->response);
        context_.journal->leave(flight->intent);
        land(flight->key, retrievals_stopping());
      },
      std::move(proved));
}

// On a worker: the answer is durable before it is read.
void Retrievals::refreshed(std::shared_ptr<Flight> flight, const oauth::RawResult& answer) {
  clock_skews_.note(flight->plan.service_provider, flight->seen->clock_skew);
  if (!answer) return refresh_failed(std::move(flight), answer.error());
  if (const Status kept = context_.journal->answered(flight->intent, answer->response); !kept) {
    // It may be the only one that has the next refresh token, so it is stored all the same: the
    // state database has a disk of its own to say no.
    context_.log.failed("An answer could not be kept in the journal.", kept.error());
  }
  oauth::TokenResult tokens = oauth::read_answer(answer->response, answer->reading);
  if (!tokens) return refresh_failed(std::move(flight), std::move(tokens.error()));
  note_answer(*flight, nullptr);
  if (const Status right = check_refreshed_account(context_, flight->key.client, *tokens); !right) {
    return refuse(flight, *std::move(tokens), right.error());
  }
  provider_counts_.note(flight->plan.service_provider, std::nullopt);
  note_missing_scopes(context_, flight->key.client, *tokens);
  flight->learned =
      learn(context_, flight->key.client, flight->plan.service_provider, answer->response);
  bool is_settled = false;
  const UsedRefreshToken& used = *flight->plan.refresh;
  RetrievalResult result = store_refreshed(context_, record_of(*flight), flight->plan.destination,
                                           used.token, *std::move(tokens), is_settled);
  settle(*flight, is_settled);
  if (result) {
    const auto state = state_.lock();
    ++state->counters.successes;
    state->pauses.forget(flight->key);
  } else {
    context_.log.failed("New tokens could not be stored.", result.error());
  }
  land(flight->key, result);
}

// On a worker: what came is of somebody else, as far as anybody can tell.
void Retrievals::refuse(const std::shared_ptr<Flight>& flight, oauth::TokenSet tokens,
                        const Error& why) {
  context_.log.failed("What a refresh brought was not taken.", why,
                      {{"oauth_client", flight->key.client.uuid}});
  const oauth::TokenFailure failure{.cause = cause_of_refusal(why), .status = 200};
  oauth::note_failure(failure, *flight->seen);
  provider_counts_.note(flight->plan.service_provider, failure.cause);
  if (failure.cause == oauth::FailureCause::kRefreshedAnother) return grant_ended(flight, failure);
  bool is_settled = false;
  const UsedRefreshToken& used = *flight->plan.refresh;
  const Status noted = store_refused(context_, record_of(*flight), flight->plan.destination,
                                     used.token, std::move(tokens), is_settled);
  if (!noted) context_.log.failed("A failed retrieval could not be noted.", noted.error());
  settle(*flight, is_settled);
  land(flight->key, failed(*flight, failure));
}

// On a worker: tries the other credential, or notes the failure.
void Retrievals::refresh_failed(std::shared_ptr<Flight> flight, oauth::TokenFailure failure) {
  explain_by_expiry(failure, flight->used(), context_.clock.now());
  note_answer(*flight, &failure);
  const bool was_in_doubt = flight->plan.refresh->row.lost_answers > 0;
  oauth::explain_refused_refresh(failure, was_in_doubt);
  oauth::note_failure(failure, *flight->seen);
  provider_counts_.note(flight->plan.service_provider, failure.cause);
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  if (facts.code == Code::kNeedsConsent) return grant_ended(flight, failure);
  const bool wrong_secret = oauth::is_of_credential(failure.cause);
  if (wrong_secret && flight->next < flight->plan.requests.size()) {
    context_.journal->done(flight->intent);
    flight->refused.push_back(flight->exchange());
    return send_refresh(std::move(flight));
  }
  const bool lost = is_answer_lost(failure);
  if (failure.cause == oauth::FailureCause::kOverloaded && !lost) {
    give_back(*flight->lease);  // what is wrong with this server is no failure of the client
    settle(*flight, true);
  } else {
    const Status noted = store_refresh_failure(context_, record_of(*flight), facts, lost);
    if (!noted) context_.log.failed("A failed retrieval could not be noted.", noted.error());
    // What is not in doubt needs no note.
    settle(*flight, noted.has_value() || !lost);
  }
  land(flight->key, failed(*flight, failure));
}

void Retrievals::grant_ended(const std::shared_ptr<Flight>& flight,
                             const oauth::TokenFailure& failure) {
  const auto ended = end_grant(context_, record_of(*flight), oauth::facts_of(failure.cause));
  if (!ended) context_.log.failed("The end of a grant could not be noted.", ended.error());
  settle(*flight, ended.has_value());
  if (ended && !*ended && !flight->is_again) {  // somebody has stored another one: that is tried
    give_back(*flight->lease);
    return refresh(flight->key, flight->starter, /*is_again=*/true, std::move(flight->pass));
  }
  land(flight->key, failed(*flight, failure));
}

void Retrievals::settle(const Flight& flight, bool is_settled) {
  if (is_settled) return context_.journal->done(flight.intent);
  context_.journal->leave(flight.intent);
}

RefreshRecord Retrievals::record_of(const Flight& flight) {
  return {.lease = *flight.lease,
          .row = flight.plan.refresh->row,
          .sent_at = flight.sent_at,
          .event = event(flight, audit::Action::kTokensRetrieved, context_.clock.now(), {}),
          .also = [this, &flight](storage::Transaction& tx) -> Status {
            if (flight.next == 0) return {};  // nothing was sent
            STRONGROOM_CHECK(note_exchange(flight, tx));
            if (flight.seen->cause) return {};
            STRONGROOM_CHECK(store_learned(tx, flight.learned));
            return note_accepted(context_, tx, flight.plan.target_system, flight.used());
          }};
}

// nullopt: it is its turn; otherwise whose it is.
std::optional<TokenKey> Retrievals::take_turn(const Begin& begin) {
  const auto state = state_.lock();
  const auto [turn, is_first] =
      state->turns.try_emplace(begin.key.client, Turn{.holder = begin.key, .next = {}});
  if (is_first) return std::nullopt;
  turn->second.next.push_back(begin);
  return turn->second.holder;
}

// Whoever comes next for the client begins, if it was `key` whose turn it was.
void Retrievals::pass_turn(const TokenKey& key) {
  Begin next;
  {
    const auto state = state_.lock();
    const auto turn = state->turns.find(key.client);
    if (turn == state->turns.end() || !(turn->second.holder == key)) return;
    if (turn->second.next.empty()) {
      state->turns.erase(turn);
      return;
    }
    next = std::move(turn->second.next.front());
    turn->second.next.pop_front();
    turn->second.holder = next.key;
  }
  if (!workers_.start([this, next] { refresh_in_turn(next); })) land(next.key, retrievals_busy());
}

}  // namespace strongroom::vault
