#include "vault/refresh_outcome.h"

#include <utility>

#include "crypto/uuid.h"
#include "oauth/failure_causes.h"
#include "storage/oauth_client_rows.h"
#include "storage/token_rows.h"
#include "vault/stored.h"
#include "vault/token_leases.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;

Error superseded() {
  return Error{Code::kUnavailable,
               "The client's settings or tokens were changed meanwhile; ask again.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Error in_doubt() {
  return Error{
      Code::kUnavailable,
      "The service provider's last answer was lost, so its refresh token is not used again "
      "while an access token lives.",
      {},
      "refresh_in_doubt"}
      .with("retry_after", std::int64_t{60});
}

Status record_end(Context& context, storage::Transaction& tx, audit::Event event,
                  const oauth::CauseFacts& facts) {
  event.action = audit::Action::kRetrievalFailed;
  event.outcome = audit::Outcome::kFailure;
  event.reason = facts.name.view();
  return context.trail.record_change(tx, event);
}

// The client's lease, and what its row says then, or the resource's. False: it is not ours.
Result<bool> store_failure_of(storage::Transaction& tx, const GrantLease& lease,
                              std::string_view cause, WallTime at) {
  const Uuid& id = lease.key.client.uuid;
  if (lease.key.resource.empty()) return storage::store_failure(tx, id, lease.epoch, cause, at);
  STRONGROOM_TRY(const bool ours, storage::release_lease(tx, id, lease.epoch));
  if (!ours) return false;
  return store_failure(tx, lease.key, lease.resource_epoch, cause, at);
}

// Gives the lease back with it.
Status note_failure(Context& context, storage::Transaction& tx, const RefreshRecord& record,
                    const oauth::CauseFacts& facts) {
  STRONGROOM_TRY(const bool ours,
                 store_failure_of(tx, record.lease, facts.name.view(), context.clock.now()));
  if (!ours) return {};
  if (record.also) STRONGROOM_CHECK(record.also(tx));
  STRONGROOM_CHECK(record_end(context, tx, record.event, facts));
  // One resource that fails says nothing of the client's other tokens.
  if (record.lease.key.resource.empty()) {
    tx.on_commit(
        [&index = context.index, client = record.lease.key.client] { index.put_failed(client); });
  }
  return {};
}

Result<bool> store_end(storage::Transaction& tx, const GrantLease& lease, std::string_view cause,
                       WallTime at) {
  STRONGROOM_TRY(const bool ours,
                 storage::store_needs_sign_in(tx, lease.key.client.uuid, lease.epoch, cause, at));
  if (ours && !lease.key.resource.empty()) {
    STRONGROOM_CHECK(release_lease(tx, lease.key, lease.resource_epoch));
  }
  return ours;
}

// That a grant is over without anybody having been asked.
audit::Event end_event(const Context& context, const storage::OAuthClientRow& client) {
  const WallTime now = context.clock.now();
  audit::Event event{.id = crypto::make_uuid(now, context.random),
                     .at = now,
                     .action = audit::Action::kRetrievalFailed};
  event.subject_id = client.id;
  event.subject_name = client.label;
  event.project_id = client.project_id;
  return event;
}

// Why a client without a refresh token has none; empty: nobody signed in yet.
std::string_view why_none(const storage::OAuthClientRow& client) {
  const oauth::CauseFacts* const known = oauth::find_cause(client.failure_cause);
  if (known != nullptr && known->code == Code::kNeedsConsent) return known->name.view();
  if (!client.token_refreshed_at) return {};
  return oauth::facts_of(oauth::FailureCause::kNoRefreshToken).name.view();
}

}  // namespace

Status check_doubt(const UsedRefreshToken& used, WallTime now) {
  if (used.row.lost_answers == 0) return {};
  // Before it was lost is in no window: somebody has put the calendar back since.
  const bool in_window = used.row.lost_answers == 1 && used.row.lost_at &&
                         now >= *used.row.lost_at && now < *used.row.lost_at + used.reuse_window;
  if (in_window) return {};
  if (used.access_token_lives) return in_doubt();
  if (!used.reuse_endangers_more) return {};
  return needs_sign_in(oauth::facts_of(oauth::FailureCause::kRefreshLost).name.view());
}

// A 200 that cannot be read may have had another refresh token in it; a gateway that gave up
// waiting (504) says nothing of what happened behind it.
bool is_answer_lost(const oauth::TokenFailure& failure) {
  const bool none_came = failure.status == 0 && failure.may_have_arrived;
  return none_came || failure.status == 504 ||
         (failure.status == 200 && (failure.cause == oauth::FailureCause::kMalformedAnswer ||
                                    failure.cause == oauth::FailureCause::kUnusableTokenType));
}

Result<std::shared_ptr<const TokenEntry>> store_refreshed(
    Context& context, const RefreshRecord& record, const std::string& destination,
    const oauth::RefreshToken& sent, oauth::TokenSet tokens, bool& is_settled) {
  STRONGROOM_TRY(const SealedGrant grant, seal_refreshed(context, record.lease, destination,
                                                         std::move(tokens), record.row, sent));
  STRONGROOM_TRY(const GrantStored stored,
                 storage::write<GrantStored>(
                     context.store, [&](storage::Transaction& tx) -> Result<GrantStored> {
                       audit::Event event = record.event;
                       event.action = audit::Action::kTokensRetrieved;
                       STRONGROOM_TRY(
                           const GrantStored how,
                           store_granted(context, tx, record.lease, grant, std::move(event)));
                       if (how == GrantStored::kAll && record.also)
                         STRONGROOM_CHECK(record.also(tx));
                       return how;
                     }));
  if (stored == GrantStored::kNothing) {
    STRONGROOM_CHECK(withdraw_late_grant(context, record.lease, grant, record.sent_at));
  }
  is_settled = true;
  if (stored == GrantStored::kAll) return std::shared_ptr<const TokenEntry>(grant.access);
  if (stored == GrantStored::kNothing && grant.refresh) {
    context.log.warning(
        "A new refresh token was not kept: somebody stored another grant meanwhile.",
        {{"oauth_client", record.lease.key.client.uuid}});
  }
  return superseded();
}

Status store_refused(Context& context, const RefreshRecord& record, const std::string& destination,
                     const oauth::RefreshToken& sent, oauth::TokenSet tokens, bool& is_settled) {
  STRONGROOM_TRY(const SealedGrant grant, seal_refreshed(context, record.lease, destination,
                                                         std::move(tokens), record.row, sent));
  bool is_kept = false;
  Status written = context.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(is_kept, store_refresh_token_only(tx, record.lease, grant));
    return note_failure(context, tx, record, oauth::facts_of(FailureCause::kMalformedAnswer));
  });
  is_settled = written.has_value();
  if (!written || is_kept) return written;
  return withdraw_late_grant(context, record.lease, grant, record.sent_at);
}

Status store_refresh_failure(Context& context, const RefreshRecord& record,
                             const oauth::CauseFacts& facts, bool lost) {
  const Uuid& id = record.lease.key.client.uuid;
  return context.store.write([&](storage::Transaction& tx) -> Status {
    if (lost) {
      STRONGROOM_CHECK(
          storage::note_refresh_answer_lost(tx, id, record.row.generation, record.sent_at));
    }
    return note_failure(context, tx, record, facts);
  });
}

Result<bool> end_grant(Context& context, const RefreshRecord& record,
                       const oauth::CauseFacts& facts) {
  const Uuid& id = record.lease.key.client.uuid;
  return storage::write<bool>(context.store, [&](storage::Transaction& tx) -> Result<bool> {
    STRONGROOM_TRY(const auto stored, storage::find_refresh_token(tx, id));
    if (stored && stored->generation != record.row.generation) return false;
    STRONGROOM_TRY(const bool ours,
                   store_end(tx, record.lease, facts.name.view(), context.clock.now()));
    if (!ours) return true;  // whoever has the lease now finds out as well
    STRONGROOM_CHECK(storage::delete_refresh_token(tx, id, record.row.generation));
    if (record.also) STRONGROOM_CHECK(record.also(tx));
    STRONGROOM_CHECK(record_end(context, tx, record.event, facts));
    tx.on_commit([&index = context.index, client = record.lease.key.client, cause = facts.cause] {
      index.put_needs_sign_in(client, cause);
    });
    return true;
  });
}

Error note_no_refresh_token(Context& context, const GrantLease& lease) {
  std::string_view cause;
  const Status noted = context.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto client,
                   living(storage::find_oauth_client(tx, lease.key.client.uuid)));
    cause = why_none(client);
    STRONGROOM_TRY(const bool ours, store_end(tx, lease, cause, context.clock.now()));
    if (!ours) return {};
    const oauth::CauseFacts* const facts = oauth::find_cause(cause);
    const auto why = facts == nullptr ? std::nullopt : std::optional(facts->cause);
    if (facts != nullptr) {
      STRONGROOM_CHECK(record_end(context, tx, end_event(context, client), *facts));
    }
    tx.on_commit(
        [&index = context.index, id = lease.key.client, why] { index.put_needs_sign_in(id, why); });
    return {};
  });
  if (!noted) context.log.failed("That a sign-in is needed could not be noted.", noted.error());
  return needs_sign_in(cause);
}

}  // namespace strongroom::vault
