#include "vault/revocations.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "oauth/failure_causes.h"
#include "storage/oauth_client_rows.h"
#include "storage/revocation_rows.h"
#include "storage/token_rows.h"
#include "vault/change_event.h"
#include "vault/client_settings.h"
#include "vault/oauth_clients.h"
#include "vault/reach.h"
#include "vault/revocation_request.h"
#include "vault/stored.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using storage::PendingRevocationRow;
using storage::Snapshot;
using storage::Transaction;

constexpr Seconds kFirstPause{2};
constexpr Seconds kFirstPauseOfARefusal{60};
constexpr Seconds kLongestPause{3600};
constexpr int kMostDoublings = 16;
constexpr std::int64_t kClientsAtOnce = 16;

Actor server() { return {.kind = audit::ActorKind::kServer}; }

Error stopping() { return Error{Code::kUnavailable, "The server is stopping."}; }

// Of two outcomes of one client's tokens, the one that people have to know of.
RevocationState worse(RevocationState a, RevocationState b) {
  const auto rank = [](RevocationState state) {
    switch (state) {
      case RevocationState::kPending:
        return 0;
      case RevocationState::kNotSupported:
        return 1;
      case RevocationState::kConfirmed:
        return 2;  // the server revokes tokens of another kind, and what came with them
      case RevocationState::kGivenUp:
        return 3;
    }
    return 0;
  };
  return rank(a) < rank(b) ? b : a;
}

Status note_outcome(Transaction& tx, const Uuid& client, RevocationState outcome) {
  STRONGROOM_TRY(auto row, storage::find_revocation(tx, client));
  if (!row) return no_such_thing();
  const auto before = revocation_state_from_text(row->state).value_or(RevocationState::kPending);
  row->state = to_text(worse(before, outcome));
  return storage::put_revocation(tx, *row);
}

}  // namespace

Milliseconds revocation_pause(std::int64_t attempts, bool transient,
                              std::optional<Seconds> asked_for, std::uint8_t chance) {
  const Seconds first = transient ? kFirstPause : kFirstPauseOfARefusal;
  const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, kMostDoublings);
  const Milliseconds whole = std::min(first * (1 << doublings), kLongestPause);
  const Milliseconds pause = whole * 3 / 4 + whole * chance / (2 * 255);
  return asked_for ? std::max<Milliseconds>(pause, *asked_for) : pause;
}

// One walk through what a client has pending.
struct Revocations::Round {
  OAuthClientId client;
  ProjectId project;
  std::string label;
  std::int64_t position = -1;  // of the token that was tried last
  bool is_over = false;        // the provider is not there: what is left waits
  // The first failure of the round; empty: none.
  std::string cause;
  bool transient = true;
  std::optional<Seconds> retry_after;
  // Of the token that is asked for now:
  PendingRevocationRow token;
  std::vector<oauth::TokenRequest> requests;
  std::size_t next_request = 0;
  catalogue::RevocationRules rules = {};  // by which the answers are read

  Change change(audit::Action action) const {
    return {.action = action,
            .subject = client.uuid,
            .project = project.uuid,
            .name = label,
            .fields = {token.token_kind}};
  }
};

Revocations::Revocations(Context& context, oauth::TokenClient& token_client, Workers workers)
    : context_(context), token_client_(token_client), workers_(std::move(workers)) {}

void Revocations::revoke(const Actor& actor, OAuthClientId id, Done done) {
  if (const Status may = actor.need(Permission::kConfigure); !may) return done(may);
  const auto there =
      storage::read<storage::OAuthClientRow>(context_.store, [&](Snapshot& snapshot) {
        return allowed(actor, Permission::kConfigure,
                       living(storage::find_oauth_client(snapshot, id.uuid)));
      });
  if (!there) return done(there.error());
  const auto state = withdraw_tokens(context_, actor, id);
  if (!state) return done(state.error());
  if (*state != RevocationState::kPending) return done({});
  if (join(id, std::move(done))) begin(id);
}

Status Revocations::try_due() {
  using Ids = std::vector<Uuid>;
  STRONGROOM_TRY(
      const Ids due, storage::read<Ids>(context_.store, [&](Snapshot& snapshot) -> Result<Ids> {
        STRONGROOM_TRY(const std::int64_t count, storage::count_pending_revocations(snapshot));
        pending_.store(count, std::memory_order_relaxed);
        return storage::clients_with_revocations_due(snapshot, context_.clock.now(),
                                                     kClientsAtOnce);
      }));
  for (const Uuid& client : due) {
    const OAuthClientId id{client};
    if (!join(id, [](const Status&) {})) continue;
    if (!workers_.start([this, id] { begin(id); })) land(id, stopping());
  }
  return {};
}

Status Revocations::withdraw_before_purge() {
  const WallTime now = context_.clock.now();
  using Ids = std::vector<Uuid>;
  STRONGROOM_TRY(
      const Ids ids, storage::read<Ids>(context_.store, [&](Snapshot& snapshot) -> Result<Ids> {
        STRONGROOM_TRY(Ids all, storage::oauth_clients_deleted_until(snapshot, now - kUndoWindow));
        STRONGROOM_TRY(const Ids drafts,
                       storage::drafts_unchanged_since(snapshot, now - kDraftLifetime));
        all.insert(all.end(), drafts.begin(), drafts.end());
        return all;
      }));
  for (const Uuid& id : ids) {
    const auto taken = withdraw_tokens(context_, server(), OAuthClientId{id});
    if (!taken && taken.error().problem.view() != "no_tokens") {
      context_.log.failed("A deleted client's tokens could not be withdrawn.", taken.error(),
                          {{"oauth_client", id}});
    }
  }
  return {};
}

std::uint64_t Revocations::in_flight() { return state_.lock()->waiting.size(); }

// True: nobody walks through what this client has pending, so the caller does.
bool Revocations::join(OAuthClientId id, Done done) {
  const auto state = state_.lock();
  std::vector<Done>& waiting = state->waiting[id];
  waiting.push_back(std::move(done));
  return waiting.size() == 1;
}

// On a worker.
void Revocations::begin(OAuthClientId id) {
  const auto client = storage::read<std::optional<storage::OAuthClientRow>>(
      context_.store,
      [&](Snapshot& snapshot) { return storage::find_oauth_client(snapshot, id.uuid); });
  if (!client) return land(id, client.error());
  if (!*client) return land(id, no_such_thing());
  auto round = std::make_shared<Round>();
  round->client = id;
  round->project = ProjectId{(*client)->project_id};
  round->label = (*client)->label;
  next(round);
}

// On a worker: the next token that was not tried in this round, or the round's end.
void Revocations::next(const std::shared_ptr<Round>& round) {
  while (!round->is_over) {
    const auto found = choose(*round);
    if (!found) return land(round->client, found.error());
    if (!*found) break;
    const auto settings = read_settings_of_former(context_, round->client);
    auto requests = settings ? build_revocation_requests(context_, *settings, round->token)
                             : Result<std::vector<oauth::TokenRequest>>(settings.error());
    if (requests) {
      round->requests = *std::move(requests);
      const catalogue::ProviderPtr provider =
          context_.catalogue.find(settings->system.service_provider);
      if (provider != nullptr) round->rules = provider->revocation;
      return send(round);
    }
    context_.log.failed("A token cannot be revoked at the provider now.", requests.error(),
                        {{"oauth_client", round->client.uuid}});
    const std::string_view problem = requests.error().problem.view();
    note_failure(*round, problem.empty() ? "invalid_settings" : problem, /*transient=*/false, {});
  }
  end(*round);
}

// Makes the first token that was not tried in this round the one that is. False: there is none.
Result<bool> Revocations::choose(Round& round) const {
  using Found = std::optional<PendingRevocationRow>;
  STRONGROOM_TRY(Found found, storage::read<Found>(context_.store, [&](Snapshot& snapshot) {
                   return storage::next_pending_revocation(snapshot, round.client.uuid,
                                                           round.position);
                 }));
  if (!found) return false;
  round.token = *std::move(found);
  round.position = round.token.position;
  round.next_request = 0;
  round.requests.clear();
  return true;
}

void Revocations::send(std::shared_ptr<Round> round) {
  oauth::TokenRequest request = std::move(round->requests[round->next_request++]);
  token_client_.request_raw(
      std::move(request), [this, round = std::move(round)](oauth::RawResult result) {
        const auto answer = std::make_shared<oauth::RawResult>(std::move(result));
        if (workers_.finish([this, round, answer] { received(round, *answer); })) return;
        land(round->client, stopping());  // it is due again after the next start
      });
}

// On a worker.
void Revocations::received(const std::shared_ptr<Round>& round, const oauth::RawResult& answer) {
  const oauth::RevocationResult result = oauth::read_revocation(answer, round->rules);
  if (result) {
    if (const Status settled = settle(*round, *result); !settled) {
      return land(round->client, settled.error());
    }
    return next(round);
  }
  const oauth::TokenFailure& failure = result.error();
  const bool wrong_secret = oauth::is_of_credential(failure.cause);
  if (wrong_secret && round->next_request < round->requests.size()) return send(round);
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  context_.log.failed("A token could not be revoked at the provider.", oauth::as_error(failure),
                      {{"oauth_client", round->client.uuid}});
  note_failure(*round, facts.name.view(), facts.transient, failure.retry_after);
  next(round);
}

// The token is destroyed here, too.
Status Revocations::settle(const Round& round, oauth::Revoked how) {
  const bool confirmed = how == oauth::Revoked::kYes;
  Change change = round.change(confirmed ? audit::Action::kRevocationConfirmed
                                         : audit::Action::kRevocationGivenUp);
  if (!confirmed) {
    change.outcome = audit::Outcome::kFailure;
    change.reason = "unsupported_token_type";
  }
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::delete_pending_revocation(tx, round.token.id));
    STRONGROOM_CHECK(
        note_outcome(tx, round.client.uuid,
                     confirmed ? RevocationState::kConfirmed : RevocationState::kNotSupported));
    return record(context_, tx, server(), std::move(change));
  });
}

// Who cannot be reached now is not asked for the next token either.
void Revocations::note_failure(Round& round, std::string_view cause, bool transient,
                               std::optional<Seconds> retry_after) {
  if (round.cause.empty()) {
    round.cause = cause;
    round.transient = transient;
  }
  if (retry_after) {
    round.retry_after = std::max(round.retry_after.value_or(*retry_after), *retry_after);
  }
  round.is_over = transient;
}

void Revocations::end(const Round& round) {
  const Status written = write_end(round);
  if (!written) {
    context_.log.failed("What came of a revocation could not be noted.", written.error());
  }
  land(round.client, written);
}

// Gives up what is over, and says when the rest is tried again.
Status Revocations::write_end(const Round& round) {
  std::byte chance{};
  context_.random.fill(std::span(&chance, 1));
  const WallTime now = context_.clock.now();
  const oauth::CauseFacts* const facts = oauth::find_cause(round.cause);
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto pending, storage::pending_revocations_of(tx, round.client.uuid));
    bool is_anything_left = false;
    for (const PendingRevocationRow& row : pending) {
      if (now < row.give_up_at) {
        is_anything_left = true;
        continue;
      }
      STRONGROOM_CHECK(storage::delete_pending_revocation(tx, row.id));
      STRONGROOM_CHECK(note_outcome(tx, round.client.uuid, RevocationState::kGivenUp));
      Change change = round.change(audit::Action::kRevocationGivenUp);
      change.fields = {row.token_kind};
      change.outcome = audit::Outcome::kFailure;
      if (facts != nullptr) change.reason = facts->name.view();
      STRONGROOM_CHECK(record(context_, tx, server(), std::move(change)));
    }
    STRONGROOM_TRY(auto row, storage::find_revocation(tx, round.client.uuid));
    if (!row) return {};
    if (!is_anything_left) {
      row->next_try_at.reset();
      if (row->state == to_text(RevocationState::kPending)) {
        row->state = to_text(RevocationState::kConfirmed);
      }
    } else {
      ++row->attempts;
      row->next_try_at = now + revocation_pause(row->attempts, round.transient, round.retry_after,
                                                std::to_integer<std::uint8_t>(chance));
    }
    row->failure_cause = round.cause;
    row->failed_at = round.cause.empty() ? std::nullopt : std::optional(now);
    return storage::put_revocation(tx, *row);
  });
}

void Revocations::land(OAuthClientId id, const Status& status) {
  std::vector<Done> waiting;
  {
    const auto state = state_.lock();
    const auto found = state->waiting.find(id);
    if (found == state->waiting.end()) return;
    waiting = std::move(found->second);
    state->waiting.erase(found);
  }
  for (Done& done : waiting) done(status);
}

}  // namespace strongroom::vault
