#include "vault/journal_settlement.h"

#include <utility>

#include "crypto/uuid.h"
#include "oauth/refresh.h"
#include "storage/oauth_client_rows.h"
#include "storage/refresh_token_rows.h"
#include "vault/dpop_keys.h"
#include "vault/granted_tokens.h"
#include "vault/refresh_outcome.h"
#include "vault/refreshed_account.h"
#include "vault/token_request_builder.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

// What an old answer is stored with.
struct Setting {
  GrantLease lease;
  bool is_ours = false;  // otherwise nothing but a refresh token can still be stored
  std::optional<storage::RefreshTokenRow>
      row;  // of the refresh token that was sent, if it is there
};

// The lease of then, where nobody has moved it on.
Result<Setting> find_setting(Context& context, const JournalIntent& intent, const Uuid& process) {
  const TokenKey key{intent.client, intent.resource};
  return storage::write<Setting>(context.store, [&](storage::Transaction& tx) -> Result<Setting> {
    Setting found;
    STRONGROOM_TRY(auto row, storage::find_refresh_token(tx, intent.client.uuid));
    if (row && row->generation == intent.generation) found.row = std::move(row);
    found.lease = {.key = key,
                   .project = intent.project,
                   .epoch = intent.epoch,
                   .refresh_generation = intent.generation};
    if (!found.row) return found;
    auto lease = take_up_grant_lease(context, tx, key, intent.epoch, process);
    if (!lease && lease.error().code != Code::kNotFound) return lease.error();
    found.is_ours = lease && lease->has_value();
    if (found.is_ours) found.lease = **lease;
    return found;
  });
}

audit::Event event_of(Context& context, const JournalIntent& intent) {
  const WallTime now = context.clock.now();
  audit::Event event{.id = crypto::make_uuid(now, context.random),
                     .at = now,
                     .action = audit::Action::kTokensRetrieved,
                     .actor_kind = audit::ActorKind::kServer};
  event.subject_id = intent.client.uuid;
  event.project_id = intent.project.uuid;
  event.resource = intent.resource;
  if (const auto client = context.index.find(intent.client).client) {
    event.subject_name = client->label;
  }
  return event;
}

}  // namespace

JournalSettlement::JournalSettlement(Context& context, Uuid process, SettleCode settle_code)
    : context_(context), process_(process), settle_code_(std::move(settle_code)) {}

void JournalSettlement::settle_all() {
  if (context_.journal == nullptr) return;
  for (const JournalIntent& intent : context_.journal->unsettled()) {
    if (const Status settled = settle(intent); !settled) {
      context_.log.failed("What the journal holds could not be settled yet.", settled.error(),
                          {{"oauth_client", intent.client.uuid}});
    }
  }
}

Status JournalSettlement::settle(OAuthClientId client) {
  for (const JournalIntent& intent : context_.journal->unsettled(client)) {
    if (intent.kind == GrantKind::kRefresh) STRONGROOM_CHECK(settle(intent));
  }
  return {};
}

Status JournalSettlement::settle(const JournalIntent& intent) {
  auto answer = context_.journal->answer_to(intent);
  if (!answer && answer.error().code != Code::kCorrupt) return answer.error();
  if (!answer) {
    context_.log.failed("An answer in the journal cannot be opened; it counts as lost.",
                        answer.error(), {{"oauth_client", intent.client.uuid}});
  }
  std::optional<oauth::TokenAnswer> came = answer ? *std::move(answer) : std::nullopt;
  if (intent.kind == GrantKind::kRefresh) {
    STRONGROOM_CHECK(settle_refresh(intent, std::move(came)));
  } else if (settle_code_) {
    STRONGROOM_CHECK(settle_code_(intent, std::move(came)));
  } else {
    context_.log.warning("What somebody's signing in brought was lost; they have to do it again.",
                         {{"oauth_client", intent.client.uuid}});
  }
  context_.journal->done(intent.id);
  return {};
}

Status JournalSettlement::settle_refresh(const JournalIntent& intent,
                                         std::optional<oauth::TokenAnswer> answer) {
  if (!answer) return note_lost(intent);
  auto expectation = refresh_expectation(context_, {intent.client, intent.resource});
  if (!expectation && expectation.error().code == Code::kNotFound) return {};  // nobody needs it
  STRONGROOM_CHECK(expectation);
  STRONGROOM_TRY(std::string bound_to, expected_binding(context_, intent.client));
  const oauth::AnswerReading reading{.expectation = *std::move(expectation),
                                     .bound_to = std::move(bound_to)};
  oauth::TokenResult tokens = oauth::read_answer(*answer, reading);
  if (tokens) return store_answer(intent, *std::move(tokens));
  if (is_answer_lost(tokens.error())) return note_lost(intent);
  // What else the provider says of a refresh is asked again, but for the last word on it.
  if (tokens.error().cause != oauth::FailureCause::kInvalidGrant) return {};
  return store_end(intent, std::move(tokens.error()));
}

Status JournalSettlement::note_lost(const JournalIntent& intent) {
  STRONGROOM_TRY(const bool counts,
                 storage::write<bool>(context_.store, [&](storage::Transaction& tx) {
                   return storage::note_refresh_answer_lost(tx, intent.client.uuid,
                                                            intent.generation, intent.at);
                 }));
  if (counts) {
    context_.log.warning("The answer to a refresh was lost: its refresh token is in doubt.",
                         {{"oauth_client", intent.client.uuid}});
  }
  return {};
}

Status JournalSettlement::store_answer(const JournalIntent& intent, oauth::TokenSet tokens) {
  STRONGROOM_TRY(const Setting setting, find_setting(context_, intent, process_));
  if (!setting.row) {  // stored before the crash already, or somebody signed in or revoked since
    STRONGROOM_TRY(const SealedGrant late,
                   seal_signed_in(context_, setting.lease, intent.destination, std::move(tokens),
                                  /*keeps_refresh_token=*/false));
    STRONGROOM_CHECK(withdraw_late_grant(context_, setting.lease, late, intent.at));
    context_.log.info("An answer in the journal was not needed any more.",
                      {{"oauth_client", intent.client.uuid}});
    return {};
  }
  STRONGROOM_TRY(const oauth::RefreshToken sent,
                 open_refresh_token(context_.sealer, intent.project.uuid, *setting.row));
  const RefreshRecord record{.lease = setting.lease,
                             .row = *setting.row,
                             .sent_at = intent.at,
                             .event = event_of(context_, intent)};
  bool is_settled = false;
  if (const Status right = check_refreshed_account(context_, intent.client, tokens); !right) {
    context_.log.failed("An answer in the journal is of another account.", right.error(),
                        {{"oauth_client", intent.client.uuid}});
    if (cause_of_refusal(right.error()) == oauth::FailureCause::kRefreshedAnother) {
      STRONGROOM_CHECK(
          end_grant(context_, record, oauth::facts_of(oauth::FailureCause::kRefreshedAnother)));
      return {};
    }
    return store_refused(context_, record, intent.destination, sent, std::move(tokens), is_settled);
  }
  const auto stored =
      store_refreshed(context_, record, intent.destination, sent, std::move(tokens), is_settled);
  if (!is_settled) return stored.error();
  context_.log.info("An answer in the journal was stored.",
                    {{"oauth_client", intent.client.uuid}, {"access_token", stored.has_value()}});
  return {};
}

Status JournalSettlement::store_end(const JournalIntent& intent, oauth::TokenFailure failure) {
  STRONGROOM_TRY(const Setting setting, find_setting(context_, intent, process_));
  if (!setting.row || !setting.is_ours) return {};
  oauth::explain_refused_refresh(failure, setting.row->lost_answers > 0);
  STRONGROOM_CHECK(end_grant(context_,
                             {.lease = setting.lease,
                              .row = *setting.row,
                              .sent_at = intent.at,
                              .event = event_of(context_, intent)},
                             oauth::facts_of(failure.cause)));
  return {};
}

}  // namespace strongroom::vault
