#include "vault/sign_ins.h"

#include <utility>
#include <vector>

#include "crypto/equal.h"
#include "crypto/uuid.h"
#include "oauth/typed_code.h"
#include "storage/authorization_rows.h"
#include "vault/callback_url.h"
#include "vault/destination.h"
#include "vault/device_sign_ins.h"
#include "vault/learned_values.h"
#include "vault/oauth1_requests.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"
#include "vault/target_system_faults.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using oauth::SignInCause;
using storage::SignInFlowRow;
using storage::Snapshot;
using storage::Transaction;

// What was sent is a password, and no code.
bool is_by_password(const SignIns::Attempt& attempt) {
  return attempt.parties.system.grant == GrantFlow::kPassword;
}

}  // namespace

Error not_started_here() {
  return Error{Code::kInvalidArgument,
               "This answer belongs to no sign-in that was started here, or to one that is over. "
               "Ask for a new link."};
}

Change change_of(Action action, const SignInParties& parties) {
  return {action, parties.client.id, parties.client.project_id, parties.client.label, {}};
}

SignIns::SignIns(Context& context, oauth::TokenClient& token_client, IssuerKeys& keys,
                 Journal& journal, std::function<std::string()> public_url, Executor workers)
    : context_(context),
      token_client_(token_client),
      keys_(keys),
      journal_(journal),
      public_url_(std::move(public_url)),
      workers_(std::move(workers)),
      devices_(std::make_unique<DeviceSignIns>(context, token_client, journal, *this, workers_)) {}

SignIns::~SignIns() = default;

void SignIns::finish(const CallbackRequest& callback, Done done) {
  auto response = oauth::AuthorizationResponse::parse(callback.query);
  if (!response) {
    auto answer = oauth::Oauth1Callback::parse(callback.query);
    if (answer) return finish_signed(callback, *std::move(answer), std::move(done));
    return done(std::move(response).error());
  }
  auto attempt = come_back(callback, hash_of(response->state().reveal()), std::move(done));
  if (!attempt) return;
  const auto provider = provider_of(context_, attempt->parties.system);
  auto code = std::move(*response).take(
      {.issuer = attempt->flow.issuer,
       .promised = attempt->flow.issuer_promised,
       .number_prefix = provider ? std::string_view(provider->authorization.error_number_prefix)
                                 : std::string_view()});
  if (!code) {
    static_cast<void>(
        fail(*attempt, oauth::cause_name_of(code.error(), provider ? provider->response
                                                                   : catalogue::ResponseRules{})));
    return;
  }
  attempt->code = *std::move(code);
  attempt->details.learned =
      learned_from_callback(context_, OAuthClientId{attempt->parties.client.id},
                            attempt->parties.system.service_provider, callback.query);
  exchange(std::move(attempt));
}

// The flow of an answer, which is used up before anything is looked at (invariant 10). Null: there
// is none, or the answer is not its; `done` was called.
std::shared_ptr<SignIns::Attempt> SignIns::come_back(const CallbackRequest& callback,
                                                     const std::string& state_hash, Done done) {
  auto attempt = std::make_shared<Attempt>();
  SignInFlowRow flow_row;
  const WallTime now = context_.clock.now();
  const Status taken = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto flow, storage::take_sign_in_flow(tx, state_hash));
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
  if (!taken) return done(taken.error()), nullptr;
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
    return nullptr;
  }
  Actor& opener = attempt->opener;
  opener.kind =
      attempt->flow.opener.is_nil() ? audit::ActorKind::kUnknown : audit::ActorKind::kUser;
  opener.id = attempt->flow.opener;
  opener.request_id = callback.request_id;
  opener.peer = callback.peer;
  const auto refuse = [&](std::string_view cause) {
    static_cast<void>(fail(*attempt, cause));
    return nullptr;
  };
  const std::string_view binding = callback.binding(attempt->id());
  const bool is_same_browser =
      !binding.empty() && crypto::constant_time_equal(hash_of(binding), attempt->flow.binding_hash);
  if (!is_same_browser) return refuse(name_of(SignInCause::kWrongBrowser));
  if (oauth::redirect_path(attempt->flow.redirect_uri) != callback.path) {
    return refuse(name_of(SignInCause::kWrongCallback));
  }
  if (flow_row.expires_at <= now) return refuse(name_of(SignInCause::kAbandoned));
  return attempt;
}

// Goes on once the gate of the token endpoint lets it through: before others, since somebody's
// browser waits.
void SignIns::exchange(std::shared_ptr<Attempt> attempt) {
  const ProviderEndpoint endpoint = provider_endpoint(context_.catalogue, attempt->parties.system);
  if (context_.gates == nullptr || endpoint.host.empty()) {
    return exchange_in_turn(std::move(attempt));
  }
  const GateVisitor who{.token = {OAuthClientId{attempt->parties.client.id}},
                        .project = attempt->parties.project(),
                        .service_provider = attempt->parties.system.service_provider};
  context_.gates->enter(
      endpoint, who, Urgency::kPerson,
      [this, attempt = std::move(attempt)](Result<GatePass> pass) mutable {
        if (!pass) {
          context_.log.failed("A code could not be traded in.", pass.error());
          static_cast<void>(
              fail(*attempt, oauth::facts_of(oauth::FailureCause::kOverloaded).name.view()));
          return;
        }
        attempt->pass = *std::move(pass);
        exchange_in_turn(std::move(attempt));
      });
}

// On a worker. From here on nothing that runs for the client may overwrite what comes (invariant
// 8).
void SignIns::exchange_in_turn(std::shared_ptr<Attempt> attempt) {
  const OAuthClientId client{attempt->parties.client.id};
  const auto prepared = [&]() -> Status {
    STRONGROOM_CHECK(check_can_sign_in(attempt->parties));
    const TargetSystem& system = attempt->parties.system;
    const bool same_settings =
        destination_digest(context_.catalogue, system) == attempt->flow.destination &&
        system.consumer_key == attempt->flow.consumer_key &&
        callback_url(public_url_(), system) == attempt->flow.redirect_uri;
    if (!same_settings) return Error{Code::kConflict, "The settings were changed meanwhile."};
    STRONGROOM_TRY(attempt->plan, plan_of(*attempt));
    attempt->password.reset();
    // Read again while it was built: the code goes only where it came from.
    if (attempt->plan.destination != attempt->flow.destination) {
      return Error{Code::kConflict, "The settings were changed meanwhile."};
    }
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

Result<TokenRequests> SignIns::plan_of(const Attempt& attempt) {
  const OAuthClientId client{attempt.parties.client.id};
  const SignInFlow& flow = attempt.flow;
  if (attempt.password) {
    return build_password_requests(context_, client, attempt.username, *attempt.password,
                                   flow.tenant);
  }
  if (attempt.verifier) {
    return build_verifier_requests(
        context_, client,
        {.temporary = *flow.temporary, .verifier = *attempt.verifier, .skew = attempt.skew});
  }
  return build_code_requests(context_, client,
                             {.code = *attempt.code,
                              .redirect_uri = flow.redirect_uri,
                              .verifier = flow.verifier ? &*flow.verifier : nullptr,
                              .tenant = flow.tenant});
}

void SignIns::send(std::shared_ptr<Attempt> attempt) {
  oauth::TokenRequest request = std::move(attempt->plan.requests[attempt->next++]);
  attempt->seen = request.seen = std::make_shared<oauth::SeenExchange>();
  oauth::ProvedKey proved = attempt->plan.key;
  attempt->sent_at = context_.clock.now();
  attempt->sent_at_boot = context_.clock.boot_now();
  token_client_.request_raw(
      std::move(request),
      [this, attempt = std::move(attempt)](oauth::RawResult raw) mutable {
        auto arrived = [this, attempt, raw = std::move(raw)]() mutable {
          received(std::move(attempt), std::move(raw));
        };
        // The server stops: what was answered is lost, and the start that
        // follows says so.
        if (!workers_(std::move(arrived))) {
          context_.log.warning("A sign-in was cut off by a stop.");
        }
      },
      std::move(proved));
}

// On a worker.
void SignIns::received(std::shared_ptr<Attempt> attempt, oauth::RawResult raw) {
  if (!raw) {
    attempt->pass.note(&raw.error());
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
  const oauth::TokenResult result =
      read_grant(attempt->parties.system, raw->response, raw->reading, attempt->skew);
  attempt->pass.note(result ? nullptr : &result.error());
  if (result) {
    if (context_.faults != nullptr) context_.faults->note_accepted(attempt->plan.target_system);
    attempt->plan.requests.clear();  // what was typed in goes with the other credentials' ones
    password_tries_.succeeded(OAuthClientId{attempt->parties.client.id},
                              attempt->parties.system.token_endpoint, attempt->username);
    attempt->answer = std::move(*raw);
    return granted(std::move(attempt));
  }
  oauth::note_failure(result.error(), *attempt->seen);
  if (signs_again(*attempt, result.error())) return send(std::move(attempt));
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
  // Some refuse a wrong password without saying why: glewlwyd with a bare 403.
  const bool is_refused = bad_code || result.error().cause == oauth::FailureCause::kRefused;
  if (is_refused && is_by_password(*attempt)) {
    static_cast<void>(fail(*attempt, name_of(SignInCause::kPasswordRefused)));
    return;
  }
  static_cast<void>(fail(*attempt, bad_code && is_out_of_band(attempt->parties.system.callback)
                                       ? name_of(SignInCause::kNoToken)
                                       : oauth::facts_of(result.error().cause).name.view()));
}

// Tokens that the client has stay what they are, whatever became of this.
Status SignIns::fail(Attempt& attempt, std::string_view cause) {
  if (is_by_password(attempt) && cause == name_of(SignInCause::kLost)) {
    cause = name_of(SignInCause::kPasswordLost);
  }
  attempt.password.reset();
  attempt.plan.requests.clear();
  const std::string state_before = attempt.row.state;
  const bool has_expired = cause == name_of(SignInCause::kCodeExpired);
  attempt.row.state =
      to_text(has_expired ? AuthorizationState::kExpired : AuthorizationState::kFailed);
  attempt.row.failure_cause = cause;
  attempt.row.sealed_answer.reset();
  attempt.row.updated_at = context_.clock.now();
  Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, attempt.row, state_before));
    if (attempt.lease.epoch != 0) STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    if (!ours) return {};  // it ended otherwise, and the trail says how
    STRONGROOM_CHECK(storage::delete_flows_of_authorization(tx, attempt.row.id));
    Change failed = change_of(Action::kAuthorizationFailed, attempt.parties);
    failed.outcome = audit::Outcome::kFailure;
    if (const auto* facts = oauth::find_sign_in_cause(cause)) failed.reason = facts->name.view();
    if (const auto* shared = oauth::find_cause(cause)) failed.reason = shared->name.view();
    failed.account = account_of(attempt.details);
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
  // What was stored before the process ended stays.
  if (attempt.row.state != to_text(AuthorizationState::kExchanging)) return {};
  attempt.opener.kind = audit::ActorKind::kServer;
  return fail(attempt, cause);
}

Status SignIns::settle(const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer) {
  const AuthorizationId id{intent.authorization};
  STRONGROOM_TRY(const bool is_settled, devices_->settle(intent, std::move(answer)));
  return is_settled ? Status() : end_with(id, name_of(SignInCause::kLost));
}

Status SignIns::give_up_unfinished() {
  std::vector<Uuid> unfinished;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(unfinished, storage::authorizations_in_state(
                                   snapshot, to_text(AuthorizationState::kExchanging)));
    return {};
  });
  if (!was_read) return was_read.error();
  for (const Uuid& id : unfinished) {
    const Status ended = end_with(AuthorizationId{id}, name_of(SignInCause::kLost));
    if (!ended && ended.error().code != Code::kNotFound) return ended.error();
  }
  return {};
}

}  // namespace strongroom::vault
