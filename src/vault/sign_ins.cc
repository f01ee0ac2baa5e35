#include "vault/sign_ins.h"

#include <algorithm>
#include <utility>

#include "catalogue/settings.h"
#include "crypto/equal.h"
#include "crypto/uuid.h"
#include "oauth/typed_code.h"
#include "storage/authorization_rows.h"
#include "storage/last_exchange_rows.h"
#include "vault/account_check.h"
#include "vault/authorization_record.h"
#include "vault/callback_url.h"
#include "vault/change_event.h"
#include "vault/destination.h"
#include "vault/granted_tokens.h"
#include "vault/last_exchange.h"
#include "vault/row_mac.h"
#include "vault/sign_in_parties.h"
#include "vault/stored.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using oauth::SignInCause;
using storage::AuthorizationRow;
using storage::SignInFlowRow;
using storage::Snapshot;
using storage::Transaction;

std::string_view name_of(SignInCause cause) { return oauth::facts_of(cause).name.view(); }

Error not_started_here() {
  return Error{Code::kInvalidArgument,
               "This answer belongs to no sign-in that was started here, or to one that is over. "
               "Ask for a new link."};
}

Change change(Action action, const SignInParties& parties) {
  return {action, parties.client.id, parties.client.project_id, parties.client.label, {}};
}

}  // namespace

// One code on its way.
struct SignIns::Attempt {
  AuthorizationRow row;
  SignInParties parties;
  AuthorizationDetails details;
  SignInFlow flow;
  Actor opener;  // whose doing it is in the trail
  Done done;
  // Of the exchange:
  GrantLease lease = {};
  TokenRequests plan = {};
  std::size_t next = 0;
  JournalIntent intent = {};
  std::shared_ptr<oauth::SeenExchange> seen = {};
  WallTime sent_at{};
  BootTime sent_at_boot{};
  std::optional<oauth::AuthorizationCode> code = {};
  std::int64_t tries_left = 0;  // of verifiers, after this one

  AuthorizationId id() const { return AuthorizationId{row.id}; }
  void end() { std::exchange(done, {})(id()); }
};

// The flow is used up before anything is looked at (invariant 10).
void SignIns::finish(const CallbackRequest& callback, Done done) {
  auto response = oauth::AuthorizationResponse::parse(callback.query);
  if (!response) return done(std::move(response).error());
  auto attempt = std::make_shared<Attempt>();
  SignInFlowRow flow_row;
  const WallTime now = context_.clock.now();
  const Status taken = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto flow, storage::take_sign_in_flow(tx, hash_of(response->state().reveal())));
    if (!flow) return not_started_here();
    flow_row = *std::move(flow);
    STRONGROOM_TRY(auto row, storage::find_authorization(tx, flow_row.authorization_id));
    if (!row || row->state != to_text(AuthorizationState::kStarted)) return not_started_here();
    STRONGROOM_TRY(attempt->parties,
                   read_sign_in_parties(context_, tx, OAuthClientId{row->oauth_client_id}));
    attempt->row = *std::move(row);
    attempt->row.state = to_text(AuthorizationState::kExchanging);
    attempt->row.updated_at = now;
    STRONGROOM_CHECK(
        storage::update_authorization(tx, attempt->row, to_text(AuthorizationState::kStarted)));
    return {};
  });
  if (!taken) return done(taken.error());
  attempt->done = std::move(done);
  const auto opened = [&]() -> Status {
    const ProjectId project = attempt->parties.project();
    STRONGROOM_TRY(attempt->details, open_details(context_.sealer, project, attempt->row));
    STRONGROOM_TRY(attempt->flow, open_flow(context_.sealer, project, flow_row));
    return {};
  }();
  if (!opened) {
    context_.log.failed("A sign-in was damaged.", opened.error());
    static_cast<void>(fail(*attempt, name_of(SignInCause::kLost)));
    return;
  }
  Actor& opener = attempt->opener;
  opener.kind =
      attempt->flow.opener.is_nil() ? audit::ActorKind::kUnknown : audit::ActorKind::kUser;
  opener.id = attempt->flow.opener;
  opener.request_id = callback.request_id;
  opener.peer = callback.peer;
  const auto refuse = [&](std::string_view cause) { static_cast<void>(fail(*attempt, cause)); };
  const std::string_view binding = callback.binding(attempt->id());
  const bool is_same_browser =
      !binding.empty() && crypto::constant_time_equal(hash_of(binding), attempt->flow.binding_hash);
  if (!is_same_browser) return refuse(name_of(SignInCause::kWrongBrowser));
  if (oauth::redirect_path(attempt->flow.redirect_uri) != callback.path) {
    return refuse(name_of(SignInCause::kWrongCallback));
  }
  if (flow_row.expires_at <= now) return refuse(name_of(SignInCause::kAbandoned));
  const auto provider = provider_of(context_, attempt->parties.system);
  const auto code = std::move(*response).take(
      {.issuer = attempt->flow.issuer,
       .promised = attempt->flow.issuer_promised,
       .number_prefix = provider ? std::string_view(provider->authorization.error_number_prefix)
                                 : std::string_view()});
  if (!code) {
    return refuse(oauth::cause_name_of(code.error(),
                                       provider ? provider->response : catalogue::ResponseRules{}));
  }
  exchange(std::move(attempt), *code);
}

void SignIns::enter_verifier(const Actor* actor, AuthorizationId id, std::string_view binding,
                             std::string_view verifier, Done done) {
  auto attempt = std::make_shared<Attempt>();
  SignInFlowRow flow_row;
  const WallTime now = context_.clock.now();
  const auto find = [&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(snapshot, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_TRY(attempt->parties,
                   read_sign_in_parties(context_, snapshot, OAuthClientId{row->oauth_client_id}));
    attempt->row = *std::move(row);
    STRONGROOM_TRY(auto flow, storage::find_flow_of_authorization(snapshot, id.uuid));
    if (!flow || flow->expires_at <= now ||
        attempt->row.state != to_text(AuthorizationState::kStarted)) {
      return Error{
          Code::kConflict, "This sign-in is over. Ask for a new link.", {}, "authorization_over"};
    }
    flow_row = *std::move(flow);
    return {};
  };
  // Who may not try uses no try up: whoever has the link could end the sign-in of somebody else.
  const auto may_try = [&]() -> Status {
    if (actor != nullptr) STRONGROOM_CHECK(actor->need(Permission::kRetrieve));
    STRONGROOM_CHECK(context_.store.read(find));
    const ProjectId project = attempt->parties.project();
    STRONGROOM_TRY(attempt->details, open_details(context_.sealer, project, attempt->row));
    STRONGROOM_TRY(attempt->flow, open_flow(context_.sealer, project, flow_row));
    const bool may = actor != nullptr ||
                     (!binding.empty() &&
                      crypto::constant_time_equal(hash_of(binding), attempt->flow.binding_hash));
    if (!may) return no_such_thing();
    if (is_out_of_band(attempt->parties.system.callback)) return {};
    return Error{Code::kConflict,
                 "The service provider sends the browser back by itself: nothing is to be "
                 "entered.",
                 {},
                 "not_out_of_band"};
  }();
  if (!may_try) return done(may_try.error());
  const Status counted = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(find(tx));
    return storage::count_attempt(tx, id.uuid);
  });
  if (!counted) return done(counted.error());
  if (flow_row.attempts >= kMaxVerifierAttempts) {
    return done(Error{Code::kRateLimited, "Too many verifiers were entered. Ask for a new link."});
  }
  const auto typed = oauth::read_typed_code(verifier);
  // What a whole address says beside the code must be of this sign-in.
  const std::string& issuer = attempt->flow.issuer;
  const bool is_strange =
      !typed || (typed->state && hash_of(typed->state->reveal()) != flow_row.state_hash) ||
      (!typed->issuer.empty() && !issuer.empty() && typed->issuer != issuer);
  if (is_strange) {
    return done(
        Error{Code::kInvalidArgument, "This is no verifier of this sign-in."}.at("/verifier"));
  }
  attempt->done = std::move(done);
  attempt->tries_left = kMaxVerifierAttempts - flow_row.attempts - 1;
  if (actor != nullptr) attempt->opener = *actor;
  attempt->row.state = to_text(AuthorizationState::kExchanging);
  attempt->row.updated_at = now;
  const Status moved = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool first, storage::update_authorization(
                                         tx, attempt->row, to_text(AuthorizationState::kStarted)));
    return first ? Status() : Status(not_started_here());
  });
  if (!moved) return std::exchange(attempt->done, {})(moved.error());
  exchange(std::move(attempt), typed->code);
}

// From here on nothing that runs for the client may overwrite what comes (invariant 8).
void SignIns::exchange(std::shared_ptr<Attempt> attempt, const oauth::AuthorizationCode& code) {
  const OAuthClientId client{attempt->parties.client.id};
  const auto prepared = [&]() -> Status {
    STRONGROOM_CHECK(check_can_sign_in(attempt->parties));
    const TargetSystem& system = attempt->parties.system;
    const bool same_settings =
        destination_digest(context_.catalogue, system) == attempt->flow.destination &&
        system.consumer_key == attempt->flow.consumer_key &&
        callback_url(public_url_(), system) == attempt->flow.redirect_uri;
    if (!same_settings) return Error{Code::kConflict, "The settings were changed meanwhile."};
    STRONGROOM_TRY(attempt->plan,
                   build_code_requests(
                       context_, client,
                       {.code = code,
                        .redirect_uri = attempt->flow.redirect_uri,
                        .verifier = attempt->flow.verifier ? &*attempt->flow.verifier : nullptr,
                        .tenant = attempt->flow.tenant}));
    STRONGROOM_TRY(attempt->lease, storage::write<GrantLease>(context_.store, [&](Transaction& tx) {
                     return take_grant_lease(context_, tx, client);
                   }));
    return {};
  }();
  if (!prepared) {
    context_.log.failed("A code could not be traded in.", prepared.error());
    static_cast<void>(fail(*attempt, name_of(SignInCause::kSettingsChanged)));
    return;
  }
  attempt->code = code.clone();
  const WallTime now = context_.clock.now();
  attempt->intent = {.id = crypto::make_uuid(now, context_.random),
                     .kind = GrantKind::kCode,
                     .client = client,
                     .project = attempt->parties.project(),
                     .resource = {},
                     .authorization = attempt->row.id,
                     .epoch = attempt->lease.epoch,
                     .generation = 0,
                     .destination = attempt->plan.destination,
                     .at = now};
  const Status begun = journal_.begin(attempt->intent);
  if (!begun) {
    context_.log.failed("A code could not be traded in.", begun.error());
    static_cast<void>(
        fail(*attempt, oauth::facts_of(oauth::FailureCause::kOverloaded).name.view()));
    return;
  }
  send(std::move(attempt));
}

void SignIns::send(std::shared_ptr<Attempt> attempt) {
  oauth::TokenRequest request = std::move(attempt->plan.requests[attempt->next++]);
  attempt->seen = request.seen = std::make_shared<oauth::SeenExchange>();
  attempt->sent_at = context_.clock.now();
  attempt->sent_at_boot = context_.clock.boot_now();
  token_client_.request_raw(std::move(request),
                            [this, attempt = std::move(attempt)](oauth::RawResult raw) mutable {
                              auto arrived = [this, attempt, raw = std::move(raw)]() mutable {
                                received(std::move(attempt), std::move(raw));
                              };
                              // The server stops: what was answered is lost, and the start that
                              // follows says so.
                              if (!workers_(std::move(arrived))) {
                                context_.log.warning("A sign-in was cut off by a stop.");
                              }
                            });
}

// On a worker.
void SignIns::received(std::shared_ptr<Attempt> attempt, oauth::RawResult raw) {
  if (!raw) {
    const bool lost = raw.error().may_have_arrived;
    attempt->seen->cause = raw.error().cause;
    journal_.done(attempt->intent.id);
    static_cast<void>(fail(*attempt, lost ? name_of(SignInCause::kLost)
                                          : oauth::facts_of(raw.error().cause).name.view()));
    return;
  }
  if (const Status kept = journal_.answered(attempt->intent.id, raw->response); !kept) {
    context_.log.failed("An answer could not be made durable; it is used all the same.",
                        kept.error());
  }
  oauth::TokenResult result = oauth::read_answer(raw->response, raw->reading);
  if (result) {
    result->sent_at = attempt->sent_at;
    result->sent_at_boot = attempt->sent_at_boot;
    granted(*attempt, raw->response, std::move(*result));
    journal_.done(attempt->intent.id);
    return;
  }
  oauth::note_failure(result.error(), *attempt->seen);
  // The code was not looked at if the client itself was not known.
  const bool other_credential = oauth::is_of_credential(result.error().cause);
  if (other_credential && attempt->next < attempt->plan.requests.size()) {
    return send(std::move(attempt));
  }
  journal_.done(attempt->intent.id);
  context_.log.failed("A code was not traded in.", oauth::as_error(result.error()),
                      {{"oauth_client", attempt->parties.client.id}});
  const bool bad_code = result.error().cause == oauth::FailureCause::kInvalidGrant;
  if (bad_code && attempt->tries_left > 0) return ask_again(*attempt);
  static_cast<void>(fail(*attempt, bad_code && is_out_of_band(attempt->parties.system.callback)
                                       ? name_of(SignInCause::kNoToken)
                                       : oauth::facts_of(result.error().cause).name.view()));
}

// A verifier was mistyped; the person may have another look.
void SignIns::ask_again(Attempt& attempt) {
  const std::string state_before = attempt.row.state;
  attempt.row.state = to_text(AuthorizationState::kStarted);
  attempt.row.updated_at = context_.clock.now();
  const Status reopened = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, attempt.row, state_before));
    return ours ? Status() : Status(not_started_here());
  });
  if (!reopened) return std::exchange(attempt.done, {})(reopened.error());
  std::exchange(attempt.done, {})(
      Error{Code::kInvalidArgument,
            "The service provider does not take this verifier. Look again, and enter what it "
            "shows."}
          .at("/verifier"));
}

// Tokens are stored for an account that is known, or held until the asker says that it is the right
// one; without a valid ID token, where one was asked for, they are thrown away.
void SignIns::granted(Attempt& attempt, const http::IncomingResponse& response,
                      oauth::TokenSet tokens) {
  const auto account = read_account(attempt, tokens);
  if (!account) {
    context_.log.failed("An ID token was not accepted.", account.error(),
                        {{"oauth_client", attempt.parties.client.id}});
    const bool unreadable = account.error().code == Code::kUnavailable ||
                            account.error().code == Code::kProviderRefused;
    static_cast<void>(fail(attempt, name_of(unreadable ? SignInCause::kKeysUnreadable
                                                       : SignInCause::kIdTokenInvalid)));
    return;
  }
  const auto reason =
      reason_to_confirm({.account = *account,
                         .previous = attempt.parties.bound_account(),
                         .expected_account = attempt.parties.sign_in.expected_account,
                         .asker = attempt.row.asker_id,
                         .opener = attempt.flow.opener});
  const Status stored = reason ? hold(attempt, response, *account, *reason)
                               : keep(attempt, std::move(tokens), *account);
  if (stored) return attempt.end();
  context_.log.failed("What somebody's signing in brought could not be stored.", stored.error(),
                      {{"oauth_client", attempt.parties.client.id}});
  static_cast<void>(fail(attempt, name_of(SignInCause::kLost)));
}

Result<std::optional<BoundAccount>> SignIns::read_account(const Attempt& attempt,
                                                          const oauth::TokenSet& tokens) {
  using Found = std::optional<BoundAccount>;
  if (!attempt.flow.nonce) return Found();
  if (!tokens.id_token) {
    return Error{Code::kInvalidArgument, "There is no ID token.", {}, "id_token"};
  }
  const SignInParties& parties = attempt.parties;
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, parties.system));
  const oauth::IdTokenExpectation expected{.issuer = attempt.flow.openid_issuer,
                                           .client_id = attempt.flow.consumer_key,
                                           .tenant_claim = provider.openid.tenant_claim,
                                           .tenant = attempt.flow.tenant,
                                           .nonce = &*attempt.flow.nonce,
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
  attempt.details.account = account;
  attempt.details.reason.reset();
  const std::string state_before = attempt.row.state;
  STRONGROOM_CHECK(
      seal_details(context_.sealer, parties.project(), attempt.details, nullptr, attempt.row));
  attempt.row.state = to_text(AuthorizationState::kCompleted);
  attempt.row.failure_cause.clear();
  attempt.row.updated_at = now;
  storage::SignInRow sign_in = parties.sign_in;
  if (account) {
    sign_in.issuer = account->issuer;
    sign_in.subject = account->subject;
    sign_in.tenant = account->tenant;
    sign_in.account_name = account->name;
  }
  sign_in.signed_in_at = now;
  STRONGROOM_TRY(sign_in.mac, mac_of(context_.sealer, sign_in));
  return context_.store.write([&](Transaction& tx) -> Status {
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
    STRONGROOM_TRY(const GrantStored stored,
                   store_granted(context_, tx, attempt.lease, grant, std::move(happened)));
    if (stored != GrantStored::kAll) {
      return Error{Code::kConflict, "Somebody changed the client while the code was traded in."};
    }
    STRONGROOM_CHECK(storage::put_sign_in(tx, sign_in));
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, attempt.row, state_before));
    if (!ours) return Error{Code::kConflict, "The sign-in was withdrawn meanwhile."};
    if (!attempt.seen) return {};
    const LastExchange exchange =
        last_exchange_of(*attempt.seen, attempt.plan.credentials.at(attempt.next - 1),
                         attempt.sent_at, context_.clock.boot_now() - attempt.sent_at_boot);
    return storage::put_last_exchange(tx, parties.client.id, exchange.at, to_json(exchange));
  });
}

Status SignIns::hold(Attempt& attempt, const http::IncomingResponse& response,
                     const std::optional<BoundAccount>& account, ConfirmationReason reason) {
  attempt.details.account = account;
  attempt.details.reason = reason;
  const oauth::AnswerBytes answer = oauth::to_bytes(response);
  const std::string state_before = attempt.row.state;
  STRONGROOM_CHECK(seal_details(context_.sealer, attempt.parties.project(), attempt.details,
                                &answer, attempt.row));
  attempt.row.state = to_text(AuthorizationState::kConfirmationNeeded);
  attempt.row.updated_at = context_.clock.now();
  attempt.row.expires_at = attempt.row.updated_at + kTicketLifetime;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, attempt.row, state_before));
    if (!ours) return Error{Code::kConflict, "The sign-in was withdrawn meanwhile."};
    STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    Change held = change(Action::kAuthorizationHeld, attempt.parties);
    held.reason = to_text(reason);
    return record(context_, tx, attempt.opener, std::move(held));
  });
}

Status SignIns::confirm(const Actor& actor, AuthorizationId id) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  STRONGROOM_CHECK(need_writable_audit(context_));
  Attempt attempt;
  const Status was_written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(tx, id.uuid));
    if (!row) return no_such_thing();
    attempt.row = *std::move(row);
    const OAuthClientId of{attempt.row.oauth_client_id};
    STRONGROOM_TRY(attempt.parties, read_sign_in_parties(context_, tx, of));
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
  const ProjectId project = attempt.parties.project();
  STRONGROOM_TRY(attempt.details, open_details(context_.sealer, project, attempt.row));
  STRONGROOM_TRY(const oauth::AnswerBytes bytes,
                 open_answer(context_.sealer, project, attempt.row));
  STRONGROOM_TRY(const http::IncomingResponse response,
                 oauth::answer_from_bytes(bytes.reveal(), context_.clock));
  STRONGROOM_TRY(oauth::Expectation expectation,
                 code_expectation(context_, OAuthClientId{attempt.row.oauth_client_id}));
  oauth::TokenResult tokens = oauth::read_answer(response, {.expectation = std::move(expectation)});
  if (!tokens) return oauth::as_error(tokens.error());
  attempt.plan.destination = destination_digest(context_.catalogue, attempt.parties.system);
  attempt.opener = actor;
  return keep(attempt, std::move(*tokens), attempt.details.account);
}

// Tokens that the client has stay what they are, whatever became of this.
Status SignIns::fail(Attempt& attempt, std::string_view cause) {
  const std::string state_before = attempt.row.state;
  attempt.row.state = to_text(AuthorizationState::kFailed);
  attempt.row.failure_cause = cause;
  attempt.row.sealed_answer.reset();
  attempt.row.updated_at = context_.clock.now();
  Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::update_authorization(tx, attempt.row, state_before));
    if (attempt.lease.epoch != 0) STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    Change failed = change(Action::kAuthorizationFailed, attempt.parties);
    failed.outcome = audit::Outcome::kFailure;
    if (const auto* facts = oauth::find_sign_in_cause(cause)) failed.reason = facts->name.view();
    if (const auto* shared = oauth::find_cause(cause)) failed.reason = shared->name.view();
    return record(context_, tx, attempt.opener, std::move(failed));
  });
  if (!written) context_.log.failed("A sign-in's failure could not be noted.", written.error());
  if (attempt.done) attempt.end();
  return written;
}

Status SignIns::end_with(AuthorizationId id, std::string_view cause) {
  Attempt attempt;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(snapshot, id.uuid));
    if (!row) return no_such_thing();
    attempt.row = *std::move(row);
    STRONGROOM_TRY(
        attempt.parties,
        read_sign_in_parties(context_, snapshot, OAuthClientId{attempt.row.oauth_client_id}));
    return {};
  });
  if (!was_read) return was_read.error();
  attempt.opener.kind = audit::ActorKind::kServer;
  return fail(attempt, cause);
}

Status SignIns::give_up(AuthorizationId id) { return end_with(id, name_of(SignInCause::kLost)); }

Status SignIns::give_up_unfinished() {
  std::vector<Uuid> unfinished;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(unfinished, storage::authorizations_in_state(
                                   snapshot, to_text(AuthorizationState::kExchanging)));
    return {};
  });
  if (!was_read) return was_read.error();
  for (const Uuid& id : unfinished) {
    const Status ended = give_up(AuthorizationId{id});
    if (!ended && ended.error().code != Code::kNotFound) return ended.error();
  }
  return {};
}

}  // namespace strongroom::vault
