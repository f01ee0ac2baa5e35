// Whose tokens came, and what becomes of them: stored, or held until the asker confirms the
// account.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "crypto/uuid.h"
#include "storage/authorization_rows.h"
#include "vault/account_check.h"
#include "vault/destination.h"
#include "vault/dpop_keys.h"
#include "vault/exchanges.h"
#include "vault/learned_values.h"
#include "vault/lookup_index.h"
#include "vault/row_mac.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using oauth::SignInCause;
using storage::Transaction;

constexpr LiteralText kSettingsChanged = "settings_changed";

// For how long an answer waits for a store that fails, and how many do.
constexpr Milliseconds kStorePatience{30'000};
constexpr Milliseconds kFirstStorePause{1'000};
constexpr std::int64_t kMostDoublings = 3;
constexpr std::size_t kMostWaiting = 256;

// What the callback said, and the answer; nothing of who signed in before.
SealedLearned learned_by(Context& context, OAuthClientId client,
                         const std::string& service_provider, LearnedTexts learned,
                         const std::optional<oauth::RawAnswer>& answer) {
  if (answer) {
    learned.merge(learned_from_answer(context, client, service_provider, answer->response));
  }
  return seal_learned(context, client, service_provider, std::move(learned),
                      LearnedBefore::kIsOver);
}

}  // namespace

// What was asked for with a code that is typed in elsewhere: nothing of the client had to stop for
// it until there was something to store.
void SignIns::accept(std::shared_ptr<Attempt> attempt) {
  const OAuthClientId client{attempt->parties.client.id};
  auto lease = storage::write<GrantLease>(
      context_.store, [&](Transaction& tx) { return take_grant_lease(context_, tx, client); });
  if (lease) {
    attempt->lease = *std::move(lease);
    return granted(std::move(attempt));
  }
  if (is_tried_again(*attempt, lease.error())) return wait_for_store(std::move(attempt));
  context_.log.failed("What somebody's signing in brought could not be stored.", lease.error(),
                      {{"oauth_client", attempt->parties.client.id}});
  conclude(attempt, name_of(SignInCause::kLost));
}

// Tokens are stored for an account that is known, or held until the asker says that it is the right
// one; without a valid ID token, where one was asked for, they are thrown away.
void SignIns::granted(std::shared_ptr<Attempt> attempt) {
  oauth::TokenResult tokens = read_grant(attempt->parties.system, attempt->answer->response,
                                         attempt->answer->reading, attempt->skew);
  if (!tokens) return conclude(attempt, name_of(SignInCause::kLost));  // it was read before
  tokens->sent_at = attempt->sent_at;
  tokens->sent_at_boot = attempt->sent_at_boot;
  const auto account = read_account(*attempt, *tokens);
  if (!account) {
    context_.log.failed("An ID token was not accepted.", account.error(),
                        {{"oauth_client", attempt->parties.client.id}});
    const bool unreadable = account.error().code == Code::kUnavailable ||
                            account.error().code == Code::kProviderRefused;
    return conclude(
        attempt, name_of(unreadable ? SignInCause::kKeysUnreadable : SignInCause::kIdTokenInvalid));
  }
  const auto reason =
      reason_to_confirm({.account = *account,
                         .previous = attempt->parties.bound_account(),
                         .expected_account = attempt->parties.sign_in.expected_account,
                         .asker = attempt->row.asker_id,
                         .opener = attempt->flow.opener});
  const Status stored =
      reason ? hold(*attempt, *account, *reason) : keep(*attempt, std::move(*tokens), *account);
  if (stored) return conclude(attempt, {});
  context_.log.failed("What somebody's signing in brought could not be stored.", stored.error(),
                      {{"oauth_client", attempt->parties.client.id}});
  if (is_tried_again(*attempt, stored.error())) return wait_for_store(std::move(attempt));
  conclude(attempt, name_of(SignInCause::kLost));
}

// `cause`: of the failure; empty: it succeeded.
void SignIns::conclude(const std::shared_ptr<Attempt>& attempt, std::string_view cause) {
  if (cause.empty()) {
    attempt->end();
  } else {
    static_cast<void>(fail(*attempt, cause));
  }
  journal_.done(attempt->intent.id);
}

// A full or busy disk is mended, and nobody gets another answer for this code.
bool SignIns::is_tried_again(const Attempt& attempt, const Error& why) {
  if (why.code != Code::kUnavailable || !attempt.answer) return false;
  const bool has_time =
      attempt.store_failures == 0 || context_.clock.boot_now() < attempt.store_until;
  return has_time && waiting_.lock()->size() < kMostWaiting;
}

void SignIns::wait_for_store(std::shared_ptr<Attempt> attempt) {
  const BootTime now = context_.clock.boot_now();
  if (attempt->store_failures == 0) attempt->store_until = now + kStorePatience;
  const auto doublings = std::min<std::int64_t>(attempt->store_failures++, kMostDoublings);
  attempt->store_next_at =
      std::min(now + kFirstStorePause * (1 << doublings), attempt->store_until);
  waiting_.lock()->push_back(std::move(attempt));
}

void SignIns::store_again() {
  const BootTime now = context_.clock.boot_now();
  std::vector<std::shared_ptr<Attempt>> due;
  {
    const auto waiting = waiting_.lock();
    const auto first = std::partition(waiting->begin(), waiting->end(), [now](const auto& attempt) {
      return now < attempt->store_next_at;
    });
    due.assign(std::make_move_iterator(first), std::make_move_iterator(waiting->end()));
    waiting->erase(first, waiting->end());
  }
  for (std::shared_ptr<Attempt>& attempt : due) {
    // The server stops: the start that follows says that it was lost.
    (void)workers_([this, attempt]() mutable {
      attempt->lease.epoch == 0 ? accept(std::move(attempt)) : granted(std::move(attempt));
    });
  }
}

Result<std::optional<BoundAccount>> SignIns::read_account(const Attempt& attempt,
                                                          const oauth::TokenSet& tokens) {
  using Found = std::optional<BoundAccount>;
  const bool by_device = attempt.flow.device && attempt.flow.device->with_id_token;
  if (!attempt.flow.nonce && !by_device && !attempt.wants_id_token) {
    // Whose password it was that the provider took.
    if (attempt.username.empty()) return Found();
    return Found(BoundAccount{{}, attempt.username, {}, attempt.username});
  }
  if (!tokens.id_token) {
    return Error{Code::kInvalidArgument, "There is no ID token.", {}, "id_token"};
  }
  const SignInParties& parties = attempt.parties;
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, parties.system));
  const oauth::IdTokenExpectation expected{
      .issuer = attempt.flow.openid_issuer,
      .client_id = attempt.flow.consumer_key,
      .tenant_claim = provider.openid.tenant_claim,
      .tenant = attempt.flow.tenant,
      .nonce = attempt.flow.nonce ? &*attempt.flow.nonce : nullptr,
      .access_token = &tokens.access_token,
      .code = attempt.code ? &*attempt.code : nullptr,
      .now = context_.clock.now()};
  STRONGROOM_TRY(const oauth::IdToken token,
                 keys_.validate(parties.system_row, parties.system, attempt.flow.jwks_uri,
                                *tokens.id_token, expected));
  const std::string& name = token.shown_name.empty() ? token.account.subject : token.shown_name;
  return Found(
      BoundAccount{token.account.issuer, token.account.subject, token.account.tenant, name});
}

Status SignIns::keep(Attempt& attempt, oauth::TokenSet tokens,
                     const std::optional<BoundAccount>& account) {
  SignInParties& parties = attempt.parties;
  const auto before = parties.bound_account();
  const bool same_account = before && account && before->is_same_as(*account);
  const std::string& destination = attempt.plan.destination;
  const WallTime now = context_.clock.now();
  STRONGROOM_TRY(const SealedGrant grant, seal_signed_in(context_, attempt.lease, destination,
                                                         std::move(tokens), same_account));
  const OAuthClientId client{parties.client.id};
  const SealedLearned learned = learned_by(context_, client, parties.system.service_provider,
                                           attempt.details.learned, attempt.answer);
  if (attempt.rights_epoch && context_.index.withdrawn_since(client, *attempt.rights_epoch)) {
    attempt.lease.rights_epoch = attempt.rights_epoch;
    STRONGROOM_CHECK(withdraw_late_grant(context_, attempt.lease, grant, attempt.sent_at));
    return Error{Code::kConflict,
                 "The client's tokens were withdrawn while it was asked for them."};
  }
  attempt.details.account = account;
  attempt.details.reason.reset();
  // What is stored stays what it is until the transaction: fail() goes by it.
  storage::AuthorizationRow row = attempt.row;
  STRONGROOM_CHECK(seal_details(context_.sealer, parties.project(), attempt.details, nullptr, row));
  row.state = to_text(AuthorizationState::kCompleted);
  row.failure_cause.clear();
  row.updated_at = now;
  storage::SignInRow sign_in = parties.sign_in;
  if (account) {
    sign_in.issuer = account->issuer;
    sign_in.subject = account->subject;
    sign_in.tenant = account->tenant;
    sign_in.account_name = account->name;
  }
  sign_in.signed_in_at = now;
  STRONGROOM_TRY(sign_in.mac, mac_of(context_.sealer, sign_in));
  Status stored = context_.store.write([&](Transaction& tx) -> Status {
    audit::Event happened{.id = crypto::make_uuid(now, context_.random),
                          .at = now,
                          .action = Action::kAuthorizationCompleted,
                          .actor_kind = attempt.opener.kind,
                          .actor_id = attempt.opener.id,
                          .key_id = attempt.opener.key_id,
                          .request_id = attempt.opener.request_id,
                          .peer = attempt.opener.peer};
    happened.subject_id = parties.client.id;
    happened.subject_name = parties.client.label;
    happened.project_id = parties.client.project_id;
    happened.account = account_of(attempt.details);
    STRONGROOM_TRY(const GrantStored how,
                   store_granted(context_, tx, attempt.lease, grant, std::move(happened)));
    if (how != GrantStored::kAll) {
      return Error{Code::kConflict, "Somebody changed the client while the code was traded in."};
    }
    STRONGROOM_CHECK(store_learned(tx, learned));
    STRONGROOM_CHECK(storage::put_sign_in(tx, sign_in));
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, row, attempt.row.state));
    if (!ours) return Error{Code::kConflict, "The sign-in was withdrawn meanwhile."};
    STRONGROOM_CHECK(storage::delete_flows_of_authorization(tx, row.id));
    if (!attempt.seen) return {};
    return record_exchange(
        tx, parties.client.id,
        exchange_of(*attempt.seen, attempt.plan.credentials.at(attempt.next - 1), attempt.sent_at,
                    context_.clock.boot_now() - attempt.sent_at_boot));
  });
  if (stored || is_tried_again(attempt, stored.error())) return stored;
  const Status withdrawn = withdraw_late_grant(context_, attempt.lease, grant, attempt.sent_at);
  if (!withdrawn) {
    context_.log.failed("Tokens that came too late could not be revoked.", withdrawn.error(),
                        {{"oauth_client", parties.client.id}});
  }
  return stored;
}

Status SignIns::hold(Attempt& attempt, const std::optional<BoundAccount>& account,
                     ConfirmationReason reason) {
  attempt.details.account = account;
  attempt.details.reason = reason;
  attempt.details.destination = attempt.flow.destination;
  attempt.details.consumer_key = attempt.flow.consumer_key;
  const oauth::AnswerBytes answer = oauth::to_bytes(attempt.answer->response);
  storage::AuthorizationRow row = attempt.row;
  STRONGROOM_CHECK(
      seal_details(context_.sealer, attempt.parties.project(), attempt.details, &answer, row));
  row.state = to_text(AuthorizationState::kConfirmationNeeded);
  row.updated_at = context_.clock.now();
  row.expires_at = row.updated_at + kTicketLifetime;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, row, attempt.row.state));
    if (!ours) return Error{Code::kConflict, "The sign-in was withdrawn meanwhile."};
    STRONGROOM_CHECK(storage::delete_flows_of_authorization(tx, row.id));
    STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    Change held = change_of(Action::kAuthorizationHeld, attempt.parties);
    held.reason = to_text(reason);
    held.account = account_of(attempt.details);
    return record(context_, tx, attempt.opener, std::move(held));
  });
}

Status SignIns::confirm(const Actor& actor, AuthorizationId id) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  STRONGROOM_CHECK(need_writable_audit(context_));
  Attempt attempt;
  attempt.opener = actor;
  const Status was_written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(tx, id.uuid));
    if (!row) return no_such_thing();
    attempt.row = *std::move(row);
    // What revocations that were asked for later are held against: it came no later than this.
    attempt.sent_at = attempt.row.updated_at;
    const OAuthClientId of{attempt.row.oauth_client_id};
    STRONGROOM_TRY(attempt.parties, read_sign_in_parties(context_, tx, of));
    STRONGROOM_CHECK(actor.need(Permission::kRetrieve, attempt.parties.project().uuid));
    if (context_.index.find(of).killed_by) return stopped_by_a_kill();
    if (attempt.row.asker_id != actor.id) {
      return Error{Code::kPermissionDenied,
                   "Who asked for this sign-in has to confirm the account."};
    }
    const bool waits = attempt.row.state == to_text(AuthorizationState::kConfirmationNeeded) &&
                       context_.clock.now() < attempt.row.expires_at;
    if (!waits) {
      return Error{Code::kConflict, "There is no account to confirm.", {}, "nothing_to_confirm"};
    }
    STRONGROOM_CHECK(check_can_sign_in(attempt.parties));
    STRONGROOM_TRY(attempt.lease, take_grant_lease(context_, tx, of));
    return {};
  });
  if (!was_written) return was_written.error();
  Status kept = keep_held(attempt);
  const bool is_over = !kept && kept.error().problem == kSettingsChanged;
  if (is_over) STRONGROOM_CHECK(fail(attempt, name_of(SignInCause::kSettingsChanged)));
  if (!kept && !is_over) give_back(attempt);  // it waits on, and refreshes go on meanwhile
  return kept;
}

// What was granted is of where it was granted, and goes nowhere else (invariant 5).
Status SignIns::keep_held(Attempt& attempt) {
  const ProjectId project = attempt.parties.project();
  STRONGROOM_TRY(attempt.details, open_details(context_.sealer, project, attempt.row));
  const TargetSystem& system = attempt.parties.system;
  const bool same_settings =
      destination_digest(context_.catalogue, system) == attempt.details.destination &&
      system.consumer_key == attempt.details.consumer_key;
  if (!same_settings) {
    return Error{Code::kConflict,
                 "The target system was changed since somebody signed in, so their tokens were "
                 "thrown away. Ask for a new link.",
                 {},
                 kSettingsChanged};
  }
  STRONGROOM_TRY(const oauth::AnswerBytes bytes,
                 open_answer(context_.sealer, project, attempt.row));
  STRONGROOM_TRY(const http::IncomingResponse response,
                 oauth::answer_from_bytes(bytes.reveal(), context_.clock));
  oauth::AnswerReading reading;
  if (system.grant != GrantFlow::kOauth1) {
    STRONGROOM_TRY(reading.expectation,
                   code_expectation(context_, OAuthClientId{attempt.row.oauth_client_id}));
    STRONGROOM_TRY(reading.bound_to,
                   expected_binding(context_, OAuthClientId{attempt.row.oauth_client_id}));
  }
  oauth::TokenResult tokens = read_grant(system, response, reading);
  if (!tokens) return oauth::as_error(tokens.error());
  attempt.plan.destination = attempt.details.destination;
  attempt.details.learned.merge(learned_from_answer(
      context_, OAuthClientId{attempt.parties.client.id}, system.service_provider, response));
  return keep(attempt, std::move(*tokens), attempt.details.account);
}

void SignIns::give_back(const Attempt& attempt) {
  const Status given_back =
      context_.store.write([&](Transaction& tx) { return release_grant_lease(tx, attempt.lease); });
  // It runs out by itself.
  if (!given_back) context_.log.failed("A lease could not be given back.", given_back.error());
}

}  // namespace strongroom::vault
