#include "vault/client_update.h"

#include <algorithm>
#include <utility>

#include "audit/event.h"
#include "catalogue/settings.h"
#include "oauth/authorization_code.h"
#include "oauth/token_response.h"
#include "storage/authorization_rows.h"
#include "storage/exchange_rows.h"
#include "storage/learned_value_rows.h"
#include "storage/project_rows.h"
#include "storage/revocation_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/sign_in_rows.h"
#include "storage/target_system_rows.h"
#include "storage/token_rows.h"
#include "vault/change_event.h"
#include "vault/client_labels.h"
#include "vault/destination.h"
#include "vault/index_entries.h"
#include "vault/oauth_client_rules.h"
#include "vault/robot_access_validity.h"
#include "vault/robot_input_validity.h"
#include "vault/row_mac.h"
#include "vault/sign_in_parties.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"
#include "vault/subject_tokens.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::OAuthClientRow;
using storage::Snapshot;
using storage::Transaction;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

// The tenant that counts, wherever it comes from.
std::string_view tenant_at(const OAuthClientRow& row, const TargetSystem& system) {
  if (!row.tenant.empty()) return row.tenant;
  return system.default_tenant.empty() ? row.account_tenant : system.default_tenant;
}

// Whether what was granted with it is all that this target system asks for.
bool grants_all(const Context& context, const std::string& granted, const TargetSystem& system) {
  if (granted.empty()) return false;  // nobody knows
  const catalogue::ProviderPtr provider = context.catalogue.find(system.service_provider);
  if (provider == nullptr) return false;
  const auto requested =
      catalogue::check_scopes(*provider, to_catalogue(system.grant), system.scopes);
  if (!requested) return false;
  return oauth::missing_scopes(oauth::scopes_to_expect(*provider, *requested), granted).empty();
}

// A refresh token goes only where it was granted (invariant 5): to the same destination, the same
// tenant there, and for no more than was granted with it.
Result<bool> may_keep_refresh_token(Context& context, Snapshot& snapshot,
                                    const ClientUpdate& update, const TargetSystem& to) {
  if (!update.needs_new_token()) return true;
  if (update.is_draft || update.other_tenant) return false;
  STRONGROOM_TRY(const auto stored, storage::find_refresh_token(snapshot, update.before.id));
  return stored && stored->destination == destination_digest(context.catalogue, to) &&
         grants_all(context, stored->scope, to);
}

// What waits to be revoked is sealed for this project, and goes to today's target system alone.
Status check_nothing_is_being_revoked(Snapshot& snapshot, const ClientUpdate& update) {
  if (!update.other_project() && !update.needs_new_token()) return {};
  STRONGROOM_TRY(const auto pending, storage::pending_revocations_of(snapshot, update.before.id));
  if (pending.empty()) return {};
  return Error{
      Code::kConflict,
      "Tokens of this client are being revoked at the service provider. Change it when that "
      "is over.",
      {},
      "revocation_pending"};
}

// The client's new home, whatever the change says of it.
Status set_home(Context& context, Snapshot& snapshot, const OAuthClientFields& fields,
                OAuthClientRow& row) {
  if (fields.target_system) row.target_system_id = fields.target_system->uuid;
  if (!fields.project || fields.project->uuid == row.project_id) return {};
  const auto project = living(storage::find_project(snapshot, fields.project->uuid));
  if (!project) return refused("There is no such project.", "/project");
  STRONGROOM_CHECK(check_mac(context.sealer, *project));
  row.project_id = fields.project->uuid;
  // The box goes past the rules of access: nobody ticked it for this project yet.
  if (!fields.allow_basic_engine_robots) row.allow_basic_engine_robots = false;
  return {};
}

// A finished client's credentials stay with the issuer and the registration that they are of.
Status check_new_system(Context& context, Snapshot& snapshot, ClientUpdate& update,
                        const TargetSystem& to) {
  OAuthClientRow& row = update.after;
  row.grant_flow = to_text(to.grant);
  row.service_provider = to.service_provider;
  if (update.is_draft) {
    if (!needs_person(to.grant)) row.expected_account.clear();
    if (to.grant != GrantFlow::kJwtBearer) row.subject.clear();
    if (to.grant != GrantFlow::kTokenExchange) row.subject_client_id.reset();
    return {};
  }
  STRONGROOM_TRY(
      const TargetSystem from,
      usable_system(context, snapshot, update.before.target_system_id, update.before.project_id));
  return check_move(context.catalogue, from, to, update.before.tenant);
}

// What a finished client is while the token that it has is of settings before.
std::string_view state_without_token(const ClientUpdate& update) {
  const bool waits_for_person =
      needs_person(flow_of(update.after)) &&
      !(update.keeps_refresh_token && update.before.refresh_issued_at.has_value());
  return to_text(waits_for_person ? OAuthClientState::kNeedsSignIn
                                  : OAuthClientState::kNeedsRetrieval);
}

bool is_held_back(const OAuthClientRow& row) {
  return row.state == to_text(OAuthClientState::kDraft) ||
         row.state == to_text(OAuthClientState::kDisabled);
}

// Nobody signed in for what a draft is now.
Status forget_account(Context& context, Transaction& tx, const Uuid& client) {
  STRONGROOM_TRY(const auto stored, storage::find_sign_in(tx, client));
  if (!stored) return {};
  STRONGROOM_CHECK(check_mac(context.sealer, *stored));
  storage::SignInRow row;
  row.oauth_client_id = client;
  row.expected_account = stored->expected_account;
  STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  return storage::put_sign_in(tx, row);
}

// No robot sees a draft, so nothing of it has to serve on.
Status forget_tokens(Context& context, Transaction& tx, const ClientUpdate& update) {
  const Uuid& id = update.before.id;
  STRONGROOM_CHECK(storage::drop_token(tx, id));
  STRONGROOM_CHECK(storage::delete_refresh_token(tx, id));
  STRONGROOM_CHECK(storage::delete_exchanges(tx, id));
  STRONGROOM_CHECK(storage::delete_learned_values(tx, id));
  if (!update.other_system()) return {};
  return forget_account(context, tx, id);
}

Status withdraw_access(Context& context, Transaction& tx, const Actor& actor,
                       const OAuthClientRow& client) {
  STRONGROOM_TRY(const auto rules, storage::rules_of_client(tx, client.id));
  for (const storage::RobotAccessRow& rule : rules) {
    STRONGROOM_CHECK(storage::delete_robot_access(tx, rule.id));
    STRONGROOM_CHECK(record(context, tx, actor,
                            {Action::kRobotAccessRevoked,
                             rule.id,
                             rule.project_id,
                             client.label,
                             {rule.robot_id ? "robot" : "path_pattern"}}));
  }
  return {};
}

// What was sealed for the project before, or let its robots in, is not left behind.
Status leave_project(Context& context, Transaction& tx, const Actor& actor,
                     const ClientUpdate& update, const MovedTokens& moved) {
  const Uuid& id = update.before.id;
  STRONGROOM_CHECK(storage::delete_authorizations_of_client(tx, id));
  STRONGROOM_CHECK(withdraw_access(context, tx, actor, update.before));
  STRONGROOM_CHECK(end_inputs_of_client(context, tx, actor, id));
  if (!update.moves_tokens()) return {};
  STRONGROOM_CHECK(store_moved(context, tx, OAuthClientId{id}, moved, update.keeps_refresh_token));
  return storage::withdraw_leases(tx, id);
}

// In one transaction with the settings that they do not fit any more.
Status change_tokens(Context& context, Transaction& tx, ClientUpdate& update) {
  const Uuid& id = update.before.id;
  STRONGROOM_CHECK(storage::cancel_begun_authorizations(tx, id, context.clock.now()));
  if (update.is_draft) return forget_tokens(context, tx, update);
  if (!update.needs_new_token()) return {};
  if (!update.keeps_refresh_token) STRONGROOM_CHECK(storage::delete_refresh_token(tx, id));
  STRONGROOM_CHECK(drop_exchanged(context, tx, id));
  // What was got for another one's token serves nobody on.
  STRONGROOM_CHECK(update.other_subject_client() ? storage::drop_token(tx, id)
                                                 : storage::keep_as_former(tx, id));
  if (!is_held_back(update.after)) update.after.state = state_without_token(update);
  return {};
}

Status change_names(Context& context, Transaction& tx, const ClientUpdate& update) {
  const OAuthClientRow& row = update.after;
  const WallTime now = context.clock.now();
  STRONGROOM_CHECK(check_label_is_free(tx, row, now));
  STRONGROOM_TRY(const auto labels, next_old_labels(tx, update.before, row, now));
  return storage::replace_old_labels(tx, row.id, labels);
}

Change change(Action action, const OAuthClientRow& row, std::vector<std::string> fields) {
  return {action, row.id, row.project_id, row.label, std::move(fields)};
}

// `state`: what was asked for, before tokens had a say in it.
Status record_update(Context& context, Transaction& tx, const Actor& actor,
                     const ClientUpdate& update, std::string_view state) {
  const OAuthClientRow& row = update.after;
  const std::string_view disabled = to_text(OAuthClientState::kDisabled);
  const bool changed = update.before.state != state;
  const bool toggled = changed && (update.before.state == disabled || row.state == disabled);
  std::vector<std::string> fields = update.touched;
  if (changed && !toggled) fields.emplace_back("draft");
  if (!fields.empty()) {
    STRONGROOM_CHECK(
        record(context, tx, actor, change(Action::kOAuthClientUpdated, row, std::move(fields))));
  }
  if (!toggled) return {};
  const Action action =
      row.state == disabled ? Action::kOAuthClientDisabled : Action::kOAuthClientEnabled;
  return record(context, tx, actor, change(action, row, {"disabled"}));
}

BasicEngineDelivery delivery_after(const ClientUpdate& update) {
  if (!update.before.allow_basic_engine_robots) return BasicEngineDelivery::kNone;
  return update.after.allow_basic_engine_robots ? BasicEngineDelivery::kContinues
                                                : BasicEngineDelivery::kStops;
}

}  // namespace

Result<TargetSystem> usable_system(Context& context, Snapshot& snapshot, const Uuid& id,
                                   const Uuid& project) {
  STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, id));
  const bool usable = row && !row->hidden && !row->stamps.deleted_at &&
                      row->project_id.value_or(project) == project;
  if (!usable) return refused("This project has no such target system.", "/target_system");
  STRONGROOM_CHECK(check_mac(context.sealer, *row));
  if (!row->oauth_enabled) {
    return refused("OAuth is switched off for this target system.", "/target_system");
  }
  return to_target_system(*row);
}

Status put_expected_account(Context& context, Transaction& tx, const OAuthClientRow& row) {
  STRONGROOM_TRY(const auto stored, storage::find_sign_in(tx, row.id));
  if (stored) STRONGROOM_CHECK(check_mac(context.sealer, *stored));
  if ((stored ? stored->expected_account : "") == row.expected_account) return {};
  storage::SignInRow sign_in = stored.value_or(storage::SignInRow{});
  sign_in.oauth_client_id = row.id;
  sign_in.expected_account = row.expected_account;
  STRONGROOM_TRY(sign_in.mac, mac_of(context.sealer, sign_in));
  return storage::put_sign_in(tx, sign_in);
}

Status put_client_on_commit(Context& context, Transaction& tx, const OAuthClientRow& row) {
  STRONGROOM_TRY(auto entry, read_client_entry(context, tx, row));
  tx.on_commit([&context, entry] { put_client_again(context.index, entry); });
  return {};
}

bool ClientUpdate::only_takes_away() const {
  const bool unticks = touched == std::vector<std::string>{"allow_basic_engine_robots"} &&
                       !after.allow_basic_engine_robots;
  if (!touched.empty() && !unticks) return false;
  return after.state == to_text(OAuthClientState::kDisabled) || (unticks && !state_changed());
}

Result<ClientUpdate> plan_update(Context& context, Snapshot& snapshot, const OAuthClientRow& before,
                                 const OAuthClientFields& fields) {
  ClientUpdate update{.before = before, .after = before, .touched = {}};
  OAuthClientRow& row = update.after;
  STRONGROOM_TRY(const OAuthClient client, to_oauth_client(context.catalogue, before));
  update.is_draft = client.state == OAuthClientState::kDraft;
  STRONGROOM_CHECK(set_home(context, snapshot, fields, row));
  STRONGROOM_TRY(const TargetSystem system,
                 usable_system(context, snapshot, row.target_system_id, row.project_id));
  STRONGROOM_TRY(const OAuthClientState state, next_state(row, client.state, fields));
  row.state = to_text(state);
  if (update.other_system()) {
    STRONGROOM_CHECK(check_new_system(context, snapshot, update, system));
  }
  STRONGROOM_CHECK(
      set_fields(context.catalogue, system, fields, state == OAuthClientState::kDraft, row));
  STRONGROOM_TRY(const auto from, storage::find_target_system(snapshot, before.target_system_id));
  if (!from) return no_such_thing();
  STRONGROOM_TRY(const TargetSystem system_before, to_target_system(*from));
  update.other_tenant = tenant_at(before, system_before) != tenant_at(row, system);
  update.other_subject = before.subject != row.subject || update.other_subject_client();
  // One that is gone meanwhile keeps nobody from disabling what exchanged its token.
  const bool looks_at_subject = update.other_subject_client() || update.other_project() ||
                                update.other_system() || fields.draft == false;
  if (row.subject_client_id && looks_at_subject) {
    STRONGROOM_CHECK(check_subject_client(context, snapshot, row, *row.subject_client_id));
  }
  if (update.other_project()) STRONGROOM_CHECK(check_nobody_exchanges(snapshot, before.id));
  STRONGROOM_TRY(update.keeps_refresh_token,
                 may_keep_refresh_token(context, snapshot, update, system));
  STRONGROOM_CHECK(check_nothing_is_being_revoked(snapshot, update));
  update.touched = touched_fields(before, row);
  return update;
}

Result<UpdateEffects> effects_of(Context& context, Snapshot& snapshot, const ClientUpdate& update) {
  UpdateEffects effects;
  effects.names_change = update.other_project() || update.other_system() ||
                         update.before.label_key != update.after.label_key;
  effects.basic_engine = delivery_after(update);
  const OAuthClientRow& before = update.before;
  const bool lives = before.token_refreshed_at && !before.token_is_bound &&
                     before.token_expires_at.value_or(WallTime::max()) > context.clock.now();
  if (update.needs_new_token()) {
    const bool needs_person =
        state_without_token(update) == to_text(OAuthClientState::kNeedsSignIn);
    effects.next = needs_person ? NextStep::kSignIn : NextStep::kRetrieval;
    effects.serves_on = lives && !update.is_draft && !update.other_subject_client();
    if (effects.serves_on) effects.serves_until = before.token_expires_at;
  }
  if (!update.other_project()) return effects;
  STRONGROOM_TRY(Readers readers, readers_of(snapshot, before.id));
  effects.robots = std::move(readers.names);
  effects.more_robots = readers.more;
  STRONGROOM_TRY(effects.robot_access, storage::count_rules_of_client(snapshot, before.id));
  return effects;
}

Status write_update(Context& context, Transaction& tx, const Actor& actor, ClientUpdate& update,
                    const MovedTokens& moved) {
  OAuthClientRow& row = update.after;
  const std::string state = row.state;
  const bool elsewhere = update.other_project() || update.other_system();
  if (elsewhere || update.before.label_key != row.label_key) {
    STRONGROOM_CHECK(change_names(context, tx, update));
  }
  if (update.other_project()) {
    STRONGROOM_CHECK(leave_project(context, tx, actor, update, moved));
  }
  if (elsewhere || update.needs_new_token()) {
    STRONGROOM_CHECK(change_tokens(context, tx, update));
  }
  touch(row.stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, row));
  STRONGROOM_CHECK(put_expected_account(context, tx, row));
  const auto is_seen = [](const std::string& field) { return field != "owner"; };
  if (std::ranges::any_of(update.touched, is_seen)) {
    STRONGROOM_TRY(const auto rules, storage::rules_of_client(tx, row.id));
    STRONGROOM_CHECK(invalidate_rules(context, tx, actor, rules, InvalidReason::kClientEdited));
    STRONGROOM_TRY(const auto inputs, storage::inputs_of_client(tx, row.id));
    STRONGROOM_CHECK(invalidate_inputs(context, tx, actor, inputs, InvalidReason::kClientEdited));
  }
  STRONGROOM_CHECK(put_client_on_commit(context, tx, row));
  return record_update(context, tx, actor, update, state);
}

}  // namespace strongroom::vault
