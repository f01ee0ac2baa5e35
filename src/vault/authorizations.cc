#include "vault/authorizations.h"

#include <array>
#include <cstddef>
#include <utility>

#include "catalogue/settings.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"
#include "crypto/uuid.h"
#include "oauth/sign_in_causes.h"
#include "storage/authorization_rows.h"
#include "storage/project_rows.h"
#include "storage/user_rows.h"
#include "vault/authorization_record.h"
#include "vault/callback_url.h"
#include "vault/change_event.h"
#include "vault/destination.h"
#include "vault/lookup_index.h"
#include "vault/reach.h"
#include "vault/sign_in_parties.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::AuthorizationRow;
using storage::Snapshot;
using storage::Transaction;

Error no_such_link() {
  return Error{
      Code::kNotFound, "This link was used, has expired, or was never made.", {}, "link_over"};
}

struct Stored {
  AuthorizationRow row;
  SignInParties parties;
  std::optional<storage::SignInFlowRow> flow;  // nullopt: nobody is at the provider
};

Result<Stored> complete(Context& context, Snapshot& snapshot, AuthorizationRow row) {
  Stored stored{.row = std::move(row), .parties = {}, .flow = {}};
  STRONGROOM_TRY(stored.parties, read_sign_in_parties(context, snapshot,
                                                      OAuthClientId{stored.row.oauth_client_id}));
  STRONGROOM_TRY(stored.flow, storage::find_flow_of_authorization(snapshot, stored.row.id));
  return stored;
}

Result<Stored> load(Context& context, AuthorizationId id) {
  return storage::read<Stored>(context.store, [&](Snapshot& snapshot) -> Result<Stored> {
    STRONGROOM_TRY(auto row, storage::find_authorization(snapshot, id.uuid));
    if (!row) return no_such_thing();
    return complete(context, snapshot, *std::move(row));
  });
}

// The one behind a link that still works.
Result<Stored> load_by_ticket(Context& context, std::string_view ticket) {
  return storage::read<Stored>(context.store, [&](Snapshot& snapshot) -> Result<Stored> {
    STRONGROOM_TRY(auto row, storage::find_authorization_by_ticket(snapshot, hash_of(ticket)));
    const bool works = row && row->state == to_text(AuthorizationState::kWaiting) &&
                       context.clock.now() < row->expires_at;
    if (!works) return no_such_link();
    return complete(context, snapshot, *std::move(row));
  });
}

// Where a code is typed in at the provider, no browser is sent there.
Status check_has_link(const SignInParties& parties) {
  STRONGROOM_CHECK(check_can_sign_in(parties));
  if (parties.system.grant == GrantFlow::kPassword) {
    return Error{Code::kConflict,
                 "For this client somebody enters user name and password here: there is no link to "
                 "open.",
                 {},
                 "no_link"};
  }
  if (parties.system.grant != GrantFlow::kDeviceCode) return {};
  return Error{Code::kConflict,
               "For this client somebody types a code in at the service provider: there is no link "
               "to open.",
               {},
               "no_link"};
}

Change change(Action action, const SignInParties& parties) {
  return {action, parties.client.id, parties.client.project_id, parties.client.label, {}};
}

// What a row is by now: time ends what nobody goes on with, whether or not it was written down.
AuthorizationState state_now(const Stored& stored, WallTime now) {
  const auto state =
      authorization_state_from_text(stored.row.state).value_or(AuthorizationState::kFailed);
  switch (state) {
    case AuthorizationState::kWaiting:
    case AuthorizationState::kConfirmationNeeded:
      return stored.row.expires_at <= now ? AuthorizationState::kExpired : state;
    case AuthorizationState::kStarted:
      return !stored.flow || stored.flow->expires_at <= now ? AuthorizationState::kExpired : state;
    default:
      return state;
  }
}

Authorization to_authorization(const Stored& stored, const AuthorizationDetails& details,
                               WallTime now) {
  Authorization authorization;
  authorization.id = AuthorizationId{stored.row.id};
  authorization.oauth_client = OAuthClientId{stored.row.oauth_client_id};
  authorization.oauth_client_label = stored.parties.client.label;
  authorization.state = state_now(stored, now);
  authorization.created_at = stored.row.created_at;
  authorization.expires_at = stored.row.expires_at;
  authorization.out_of_band = is_out_of_band(stored.parties.system.callback);
  authorization.account = details.account;
  authorization.previous_account = stored.parties.bound_account();
  authorization.expected_account = stored.parties.sign_in.expected_account;
  if (authorization.state == AuthorizationState::kConfirmationNeeded) {
    authorization.confirmation_reason = details.reason;
  }
  std::string cause = stored.row.failure_cause;
  authorization.by_device_code = stored.parties.system.grant == GrantFlow::kDeviceCode;
  const bool abandoned = authorization.state == AuthorizationState::kExpired &&
                         stored.row.state == to_text(AuthorizationState::kStarted);
  if (abandoned) {
    cause = oauth::facts_of(authorization.by_device_code ? oauth::SignInCause::kCodeExpired
                                                         : oauth::SignInCause::kAbandoned)
                .name.view();
  }
  authorization.failure = sign_in_failure(cause, stored.row.updated_at);
  return authorization;
}

// Whoever signs in knows their server by the name that it has here, not by that of an entry which
// stands for any server.
std::string name_for_people(const Context& context, const TargetSystem& system,
                            const catalogue::Provider& provider) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  const bool is_any = entry == nullptr || entry->authorization_endpoint.empty() ||
                      entry->authorization_endpoint.starts_with('{');
  return is_any ? system.name : provider.name;
}

// Whom the asker turns away; a row that is damaged is cancelled all the same.
audit::Account held_account(Context& context, AuthorizationId id) {
  const auto stored = load(context, id);
  if (!stored || stored->row.state != to_text(AuthorizationState::kConfirmationNeeded)) return {};
  const auto details = open_details(context.sealer, stored->parties.project(), stored->row);
  return details ? account_of(*details) : audit::Account{};
}

// Whoever has the code could have somebody else approve it: only who asked for it sees it.
Result<std::optional<DevicePrompt>> prompt_for(const Context& context, const Actor& actor,
                                               const Stored& stored) {
  using Found = std::optional<DevicePrompt>;
  const bool is_shown = stored.flow && stored.row.asker_id == actor.id &&
                        state_now(stored, context.clock.now()) == AuthorizationState::kStarted;
  if (!is_shown) return Found();
  STRONGROOM_TRY(SignInFlow flow,
                 open_flow(context.sealer, stored.parties.project(), *stored.flow));
  return flow.device ? Found(std::move(flow.device->prompt)) : Found();
}

Actor actor_of(const Opener& opener) {
  Actor actor;
  actor.kind = opener.user.is_nil() ? audit::ActorKind::kUnknown : audit::ActorKind::kUser;
  actor.id = opener.user;
  actor.request_id = opener.request_id;
  actor.peer = opener.peer;
  return actor;
}

}  // namespace

std::optional<OAuthClientFailure> sign_in_failure(const std::string& cause, WallTime at) {
  if (cause.empty()) return std::nullopt;
  OAuthClientFailure failure{cause, {}, {}, {}, at};
  if (const auto* facts = oauth::find_sign_in_cause(cause)) {
    failure.message = facts->message.view();
    failure.who_must_act = oauth::to_text(facts->who);
    failure.where = facts->where.view();
  } else if (const auto* shared = oauth::find_cause(cause)) {
    failure.message = shared->message.view();
    failure.who_must_act = oauth::to_text(shared->who);
    failure.where = shared->where.view();
  }
  return failure;
}

Result<NewAuthorization> Authorizations::start(const Actor& actor, OAuthClientId client) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const WallTime now = context_.clock.now();
  Stored stored;
  AuthorizationDetails details;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kRetrieve, client));
    STRONGROOM_TRY(stored.parties, read_sign_in_parties(context_, snapshot, client));
    STRONGROOM_TRY(details.asker_name, name_of_user(snapshot, actor.id));
    return {};
  });
  if (!was_read) return was_read.error();
  STRONGROOM_CHECK(check_has_link(stored.parties));
  if (context_.index.find(client).killed_by) return stopped_by_a_kill();
  auto ticket = new_secret<AuthorizationTicketKind>(context_.random);
  AuthorizationRow& row = stored.row;
  row.id = crypto::make_uuid(now, context_.random);
  row.oauth_client_id = client.uuid;
  row.asker_id = actor.id;
  row.ticket_hash = hash_of(ticket.reveal());
  row.state = to_text(AuthorizationState::kWaiting);
  row.created_at = row.updated_at = now;
  row.expires_at = now + kTicketLifetime;
  STRONGROOM_CHECK(seal_details(context_.sealer, stored.parties.project(), details, nullptr, row));
  const Status was_written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::cancel_open_authorizations(tx, client.uuid, now));
    STRONGROOM_CHECK(storage::insert_authorization(tx, row));
    return record(context_, tx, actor, change(Action::kAuthorizationStarted, stored.parties));
  });
  if (!was_written) return was_written.error();
  return NewAuthorization{to_authorization(stored, details, now), std::move(ticket)};
}

Result<Authorization> Authorizations::get(const Actor& actor, AuthorizationId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(const Stored stored, load(context_, id));
  STRONGROOM_CHECK(actor.need(Permission::kView, stored.parties.project().uuid));
  STRONGROOM_TRY(const AuthorizationDetails details,
                 open_details(context_.sealer, stored.parties.project(), stored.row));
  Authorization authorization = to_authorization(stored, details, context_.clock.now());
  STRONGROOM_TRY(authorization.device, prompt_for(context_, actor, stored));
  return authorization;
}

Result<std::vector<Authorization>> Authorizations::waiting(const Actor& actor,
                                                           std::optional<OAuthClientId> client) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Ids = std::vector<Uuid>;
  STRONGROOM_TRY(const Ids ids, storage::read<Ids>(context_.store, [&](Snapshot& snapshot) {
                   return client ? storage::open_authorizations_of_client(snapshot, client->uuid)
                                 : storage::authorizations_in_state(
                                       snapshot, to_text(AuthorizationState::kConfirmationNeeded));
                 }));
  const WallTime now = context_.clock.now();
  std::vector<Authorization> found;
  // Ids rise with time.
  for (auto id = ids.rbegin(); id != ids.rend() && found.size() < kMostShown; ++id) {
    const auto stored = load(context_, AuthorizationId{*id});
    // Of a client that was deleted, or gone since.
    if (!stored && stored.error().code == Code::kNotFound) continue;
    if (stored && state_now(*stored, now) == AuthorizationState::kExpired) continue;
    if (stored && !actor.need(Permission::kView, stored->parties.project().uuid)) continue;
    const auto details = stored
                             ? open_details(context_.sealer, stored->parties.project(), stored->row)
                             : Result<AuthorizationDetails>(stored.error());
    if (details) {
      found.push_back(to_authorization(*stored, *details, now));
    } else if (details.error().code == Code::kCorrupt) {
      // One that is damaged does not hide the others.
      context_.log.failed("A sign-in that waits is damaged.", details.error(),
                          {{"authorization", *id}});
    } else {
      return details.error();
    }
  }
  return found;
}

Status Authorizations::cancel(const Actor& actor, AuthorizationId id) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  const WallTime now = context_.clock.now();
  audit::Account account = held_account(context_, id);
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(tx, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_TRY(const SignInParties parties,
                   read_sign_in_parties(context_, tx, OAuthClientId{row->oauth_client_id}));
    STRONGROOM_CHECK(actor.need(Permission::kRetrieve, parties.project().uuid));
    const bool is_open = row->state == to_text(AuthorizationState::kWaiting) ||
                         row->state == to_text(AuthorizationState::kStarted) ||
                         row->state == to_text(AuthorizationState::kConfirmationNeeded);
    if (!is_open) return {};
    const std::string before = row->state;
    row->state = to_text(AuthorizationState::kCancelled);
    row->sealed_answer.reset();
    row->updated_at = now;
    STRONGROOM_CHECK(storage::update_authorization(tx, *row, before));
    STRONGROOM_CHECK(storage::delete_flows_of_authorization(tx, id.uuid));
    Change cancelled = change(Action::kAuthorizationCancelled, parties);
    cancelled.account = std::move(account);
    return record(context_, tx, actor, std::move(cancelled));
  });
}

Result<ConnectPage> Authorizations::look(std::string_view ticket) {
  STRONGROOM_TRY(const Stored stored, load_by_ticket(context_, ticket));
  const SignInParties& parties = stored.parties;
  STRONGROOM_CHECK(check_has_link(parties));
  STRONGROOM_TRY(const AuthorizationDetails details,
                 open_details(context_.sealer, parties.project(), stored.row));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, parties.system));
  ConnectPage page{.asker = details.asker_name,
                   .label = parties.client.label,
                   .project = {},
                   .target_system = parties.system.name,
                   .service_provider = name_for_people(context_, parties.system, provider),
                   .expected_account = parties.sign_in.expected_account,
                   .current_account = parties.sign_in.account_name,
                   .scopes = {},
                   .robots = {},
                   .expires_at = stored.row.expires_at,
                   .out_of_band = is_out_of_band(parties.system.callback)};
  STRONGROOM_TRY(page.scopes, catalogue::sign_in_scopes(provider, parties.system.scopes));
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto project, storage::find_project(snapshot, parties.client.project_id));
    if (project) page.project = project->name;
    STRONGROOM_TRY(Readers readers, readers_of(snapshot, parties.client.id));
    page.robots = std::move(readers.names);
    page.more_robots = readers.more;
    return {};
  });
  if (!was_read) return was_read.error();
  return page;
}

Result<SignInParties> Authorizations::parties_behind(std::string_view ticket) {
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(Stored stored, load_by_ticket(context_, ticket));
  STRONGROOM_CHECK(check_has_link(stored.parties));
  return std::move(stored.parties);
}

Result<Departure> Authorizations::leave(std::string_view ticket, SignInWay way,
                                        const Opener& opener) {
  STRONGROOM_TRY(Stored stored, load_by_ticket(context_, ticket));
  const ProjectId project = stored.parties.project();
  STRONGROOM_TRY(AuthorizationDetails details, open_details(context_.sealer, project, stored.row));
  if (destination_digest(context_.catalogue, stored.parties.system) != way.flow.destination) {
    return Error{Code::kConflict,
                 "The target system was changed just now. Press Continue again.",
                 {},
                 "settings_changed"};
  }
  auto binding = new_secret<BrowserBindingKind>(context_.random);
  details.binding_hash = way.flow.binding_hash = hash_of(binding.reveal());
  details.opener = way.flow.opener = opener.user;
  AuthorizationRow& row = stored.row;
  const AuthorizationId id{row.id};
  const WallTime now = context_.clock.now();
  storage::SignInFlowRow flow{.state_hash = way.state_hash,
                              .authorization_id = row.id,
                              .sealed_flow = {},
                              .attempts = 0,
                              .expires_at = now + kFlowLifetime};
  STRONGROOM_TRY(flow.sealed_flow, seal_flow(context_.sealer, project, id, way.flow));
  STRONGROOM_CHECK(seal_details(context_.sealer, project, details, nullptr, row));
  row.state = to_text(AuthorizationState::kStarted);
  row.updated_at = now;
  const Status was_written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool first,
                   storage::update_authorization(tx, row, to_text(AuthorizationState::kWaiting)));
    if (!first) return no_such_link();  // somebody else pressed Continue at the same moment
    STRONGROOM_CHECK(storage::insert_sign_in_flow(tx, flow));
    return record(context_, tx, actor_of(opener),
                  change(Action::kAuthorizationContinued, stored.parties));
  });
  if (!was_written) return was_written.error();
  return Departure{id, std::move(way.address), std::move(binding)};
}

Result<AuthorizationId> Authorizations::started_with(std::string_view ticket) {
  return storage::read<AuthorizationId>(
      context_.store, [&](Snapshot& snapshot) -> Result<AuthorizationId> {
        STRONGROOM_TRY(const auto row,
                       storage::find_authorization_by_ticket(snapshot, hash_of(ticket)));
        if (!row || row->state != to_text(AuthorizationState::kStarted)) return no_such_link();
        return AuthorizationId{row->id};
      });
}

Result<SignInOutcome> Authorizations::outcome(AuthorizationId id, std::string_view binding) {
  STRONGROOM_TRY(const Stored stored, load(context_, id));
  STRONGROOM_TRY(const AuthorizationDetails details,
                 open_details(context_.sealer, stored.parties.project(), stored.row));
  const Authorization authorization = to_authorization(stored, details, context_.clock.now());
  SignInOutcome outcome{.state = authorization.state,
                        .label = {},
                        .account_name = {},
                        .failure = authorization.failure};
  const bool is_same_browser = !details.binding_hash.empty() && !binding.empty() &&
                               crypto::constant_time_equal(hash_of(binding), details.binding_hash);
  if (!is_same_browser) return outcome;
  outcome.label = stored.parties.client.label;
  if (details.account) outcome.account_name = details.account->name;
  return outcome;
}

Status Authorizations::purge() {
  const WallTime now = context_.clock.now();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::delete_sign_in_flows_until(tx, now));
    return storage::delete_authorizations_until(tx, now - kTicketLifetime);
  });
}

}  // namespace strongroom::vault
