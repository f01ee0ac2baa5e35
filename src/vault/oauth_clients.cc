#include "vault/oauth_clients.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "crypto/uuid.h"
#include "storage/exchange_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/revocation_rows.h"
#include "storage/row_set_rows.h"
#include "vault/change_event.h"
#include "vault/client_labels.h"
#include "vault/client_update.h"
#include "vault/json_texts.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/oauth_client_rules.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"
#include "vault/subject_tokens.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::OAuthClientRow;
using storage::Snapshot;
using storage::Transaction;

Change change(Action action, const OAuthClientRow& row, std::vector<std::string> fields = {}) {
  return {action, row.id, row.project_id, row.label, std::move(fields)};
}

// put_client_on_commit() of what nobody has just written: it goes where it is not believed.
Status put_again_on_commit(Context& context, Transaction& tx, const OAuthClientRow& row) {
  Status put = put_client_on_commit(context, tx, row);
  if (put || put.error().code != Code::kCorrupt) return put;
  context.log.failed("An OAuth client was forged or damaged; nobody gets its token.", put.error(),
                     {{"oauth_client", row.id}});
  tx.on_commit([&context, id = OAuthClientId{row.id}] { context.index.put_client(id, nullptr); });
  return {};
}

// The client, with what is known of the resources that its target system lists today, and of its
// last revocation.
Result<OAuthClient> with_resources(const Context& context, Snapshot& snapshot,
                                   const OAuthClientRow& row) {
  STRONGROOM_TRY(OAuthClient client, to_oauth_client(context.catalogue, row));
  STRONGROOM_TRY(const auto revocation, storage::find_revocation(snapshot, row.id));
  if (revocation) {
    STRONGROOM_TRY(client.revocation,
                   to_revocation(context.catalogue, *revocation, row.service_provider));
  }
  STRONGROOM_TRY(const auto states, storage::resource_states_of(snapshot, row.id));
  if (states.empty()) return client;
  STRONGROOM_TRY(const auto listed, texts_from_json(row.listed_resources));
  for (const storage::ResourceStateRow& state : states) {
    if (std::ranges::find(listed, state.resource) == listed.end()) continue;
    client.resource_tokens.push_back(to_resource_token(state));
  }
  return client;
}

Result<OAuthClient> read_back(const Context& context, Snapshot& snapshot, const Uuid& id) {
  STRONGROOM_TRY(const OAuthClientRow row, living(storage::find_oauth_client(snapshot, id)));
  return with_resources(context, snapshot, row);
}

Status check_needed(const OAuthClientFields& fields) {
  const auto missing = [](std::string field) -> Status {
    return Error{Code::kInvalidArgument, "This is needed."}.at(std::move(field));
  };
  if (!fields.project) return missing("/project");
  if (!fields.target_system) return missing("/target_system");
  if (!fields.label) return missing("/label");
  return {};
}

// What a client is that has no token yet.
OAuthClientState first_state(const TargetSystem& system) {
  return needs_person(system.grant) ? OAuthClientState::kNeedsSignIn
                                    : OAuthClientState::kNeedsRetrieval;
}

// The row of a new client, all of it checked but for its label's being free.
Result<OAuthClientRow> new_row(Context& context, Transaction& tx, OAuthClientId id,
                               const OAuthClientFields& fields) {
  if (!living(storage::find_project(tx, fields.project->uuid))) {
    return Error{Code::kInvalidArgument, "There is no such project."}.at("/project");
  }
  STRONGROOM_TRY(const TargetSystem system,
                 usable_system(context, tx, fields.target_system->uuid, fields.project->uuid));
  const WallTime now = context.clock.now();
  OAuthClientRow row;
  row.id = id.uuid;
  row.project_id = fields.project->uuid;
  row.target_system_id = fields.target_system->uuid;
  row.stamps = new_stamps(now);
  row.grant_flow = to_text(system.grant);
  const bool is_draft = fields.draft.value_or(false);
  STRONGROOM_CHECK(set_fields(context.catalogue, system, fields, is_draft, row));
  if (row.subject_client_id) {
    STRONGROOM_CHECK(check_subject_client(context, tx, row, *row.subject_client_id));
  }
  STRONGROOM_TRY(
      const OAuthClientState state,
      next_state(row, is_draft ? OAuthClientState::kDraft : first_state(system), fields));
  row.state = to_text(state);
  return row;
}

// The change that was asked for, of what its asker saw.
Result<ClientUpdate> plan(Context& context, Snapshot& snapshot, OAuthClientId id, Revision expected,
                          const OAuthClientFields& fields) {
  STRONGROOM_TRY(const OAuthClientRow before,
                 living(storage::find_oauth_client(snapshot, id.uuid)));
  STRONGROOM_CHECK(check_revision(before.stamps, expected));
  return plan_update(context, snapshot, before, fields);
}

Result<ClientUpdate> plan(Context& context, OAuthClientId id, Revision expected,
                          const OAuthClientFields& fields) {
  return storage::read<ClientUpdate>(context.store, [&](Snapshot& snapshot) {
    return plan(context, snapshot, id, expected, fields);
  });
}

// Whether the last retrieval succeeded is in no MAC, so a list of one state is counted each time.
Result<storage::RowPage<OAuthClientRow>> list_rows(Snapshot& snapshot, ListTotals& totals,
                                                   storage::OAuthClientListRequest& request) {
  STRONGROOM_TRY(const auto sets, storage::find_row_sets(snapshot));
  if (!sets || !request.state.empty() || request.basic_engine) {
    return storage::list_oauth_clients(snapshot, request);
  }
  FieldText question;
  question.add(request.list.filter_key).add(request.list.deleted ? 1 : 0);
  question.add(request.project_id ? request.project_id->raw() : std::string_view());
  if (request.list.projects) {
    for (const Uuid& project : *request.list.projects) question.add(project.raw());
    question.add("these");
  }
  question.add(request.target_system_id ? request.target_system_id->raw() : std::string_view());
  request.total = totals.find(question.text(), sets->generation);
  STRONGROOM_TRY(auto page, storage::list_oauth_clients(snapshot, request));
  totals.note(question.text(), sets->generation, page.total);
  return page;
}

// Also in the project that it is to go to, before anything is said of what is there.
Status need_to_change(const Actor& actor, const OAuthClientFields& fields) {
  if (fields.project) {
    STRONGROOM_CHECK(actor.need(Permission::kConfigure));
    return need_in_project(actor, Permission::kConfigure, fields.project->uuid);
  }
  if (actor.need(Permission::kDisable)) return {};
  return actor.need(Permission::kConfigure);
}

// Whoever may only disable changes nothing else; what goes to another project is a change of both.
// Another client's token goes to the provider of this one's target system: whoever chooses that
// decides over where tokens go (invariant 5), which is more than to configure.
Status may_send_subjects_token(const Actor& actor, const OAuthClientRow& row) {
  return need_in_project(actor, Permission::kApproveDestination, row.project_id);
}

Status may_make(const Context& context, const Actor& actor, const ClientUpdate& update) {
  const Uuid& project = update.before.project_id;
  const bool only_switches = update.touched.empty() && actor.need(Permission::kDisable, project);
  if (only_switches) return {};
  STRONGROOM_CHECK(actor.need(Permission::kConfigure, project));
  // To go where the kill does not reach would be to lift it.
  if ((update.other_project() || update.other_system()) &&
      context.index.find(OAuthClientId{update.before.id}).killed_by) {
    return stopped_by_a_kill();
  }
  if (update.after.subject_client_id && (update.other_subject_client() || update.other_system())) {
    STRONGROOM_CHECK(may_send_subjects_token(actor, update.after));
  }
  if (!update.other_project()) return {};
  return need_in_project(actor, Permission::kConfigure, update.after.project_id);
}

}  // namespace

Result<OAuthClient> OAuthClients::create(const Actor& actor, const OAuthClientFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const OAuthClientId id{crypto::make_uuid(context_.clock.now(), context_.random)};
  return storage::write<OAuthClient>(context_.store, [&](Transaction& tx) -> Result<OAuthClient> {
    STRONGROOM_CHECK(create_in(tx, actor, id, fields));
    return read_back(context_, tx, id.uuid);
  });
}

Status OAuthClients::create_in(Transaction& tx, const Actor& actor, OAuthClientId id,
                               const OAuthClientFields& fields) {
  STRONGROOM_CHECK(check_needed(fields));
  STRONGROOM_CHECK(need_in_project(actor, Permission::kConfigure, fields.project->uuid));
  STRONGROOM_TRY(OAuthClientRow row, new_row(context_, tx, id, fields));
  if (row.subject_client_id) STRONGROOM_CHECK(may_send_subjects_token(actor, row));
  STRONGROOM_CHECK(check_label_is_free(tx, row, row.stamps.created_at));
  STRONGROOM_CHECK(insert_row(context_, tx, row));
  STRONGROOM_CHECK(put_expected_account(context_, tx, row));
  STRONGROOM_CHECK(put_client_on_commit(context_, tx, row));
  return record(context_, tx, actor,
                change(Action::kOAuthClientCreated, row, touched_fields({}, row)));
}

Status OAuthClients::update_in(Transaction& tx, const Actor& actor, OAuthClientId id,
                               Revision expected, const OAuthClientFields& fields) {
  STRONGROOM_TRY(ClientUpdate update, plan(context_, tx, id, expected, fields));
  STRONGROOM_CHECK(may_make(context_, actor, update));
  if (update.moves_tokens()) {
    return Error{Code::kInternal, "Tokens were to move inside a transaction."};
  }
  if (update.touched.empty() && !update.state_changed()) return {};
  return write_update(context_, tx, actor, update, {});
}

Result<OAuthClient> OAuthClients::get(const Actor& actor, OAuthClientId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<OAuthClient>(context_.store, [&](Snapshot& snapshot) -> Result<OAuthClient> {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kView, id));
    return read_back(context_, snapshot, id.uuid);
  });
}

Status OAuthClients::check(const Actor& actor, Permission permission, OAuthClientId id) {
  STRONGROOM_CHECK(actor.need(permission));
  return check_reach(context_.store, actor, permission, id);
}

Result<Page<OAuthClient>> OAuthClients::list(const Actor& actor, const ListQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::OAuthClientListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query));
  show_only_visible(actor, request.list);
  if (query.project) request.project_id = query.project->uuid;
  if (query.target_system) request.target_system_id = query.target_system->uuid;
  request.state = query.state;
  request.basic_engine = query.basic_engine;
  using Answer = Page<OAuthClient>;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_TRY(const auto rows, list_rows(snapshot, totals_, request));
    Answer page{.items = {}, .total = rows.total};
    for (const OAuthClientRow& row : rows.rows) {
      STRONGROOM_TRY(OAuthClient client, with_resources(context_, snapshot, row));
      page.items.push_back(std::move(client));
    }
    return page;
  });
}

// What goes to another project is sealed for it before the transaction; that nobody stored other
// tokens meanwhile is checked inside it.
Result<OAuthClient> OAuthClients::update(const Actor& actor, OAuthClientId id, Revision expected,
                                         const OAuthClientFields& fields) {
  STRONGROOM_CHECK(need_to_change(actor, fields));
  MovedTokens moved;
  if (fields.project) {
    STRONGROOM_CHECK(check_reach(context_.store, actor, Permission::kView, id));
    STRONGROOM_TRY(const ClientUpdate planned, plan(context_, id, expected, fields));
    STRONGROOM_CHECK(may_make(context_, actor, planned));
    if (planned.moves_tokens()) {
      STRONGROOM_TRY(moved,
                     seal_for_project(context_, id, *fields.project, planned.keeps_refresh_token));
    }
  }
  return storage::write<OAuthClient>(context_.store, [&](Transaction& tx) -> Result<OAuthClient> {
    STRONGROOM_CHECK(check_reach(tx, actor, Permission::kView, id));
    STRONGROOM_TRY(ClientUpdate update, plan(context_, tx, id, expected, fields));
    STRONGROOM_CHECK(may_make(context_, actor, update));
    if (update.touched.empty() && !update.state_changed()) {
      return with_resources(context_, tx, update.before);
    }
    if (!update.only_takes_away()) STRONGROOM_CHECK(need_writable_audit(context_));
    STRONGROOM_CHECK(write_update(context_, tx, actor, update, moved));
    return read_back(context_, tx, id.uuid);
  });
}

Result<UpdateEffects> OAuthClients::effects(const Actor& actor, OAuthClientId id, Revision expected,
                                            const OAuthClientFields& fields) {
  STRONGROOM_CHECK(need_to_change(actor, fields));
  using Answer = UpdateEffects;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kView, id));
    STRONGROOM_TRY(const ClientUpdate update, plan(context_, snapshot, id, expected, fields));
    STRONGROOM_CHECK(may_make(context_, actor, update));
    if (update.before.label_key != update.after.label_key || update.other_project() ||
        update.other_system()) {
      STRONGROOM_CHECK(check_label_is_free(snapshot, update.after, context_.clock.now()));
    }
    return effects_of(context_, snapshot, update);
  });
}

Result<Affected> OAuthClients::affected(const Actor& actor, OAuthClientId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_oauth_client(snapshot, id.uuid))));
    STRONGROOM_TRY(const std::int64_t rules, storage::count_rules_of_client(snapshot, id.uuid));
    return Affected{.oauth_clients = 1, .robot_access = rules};
  });
}

Result<Affected> OAuthClients::remove(const Actor& actor, OAuthClientId id,
                                      std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(OAuthClientRow row, allowed(actor, Permission::kConfigure,
                                               living(storage::find_oauth_client(tx, id.uuid))));
    if (expected) STRONGROOM_CHECK(check_revision(row.stamps, *expected));
    STRONGROOM_CHECK(check_nobody_exchanges(tx, id.uuid));
    STRONGROOM_TRY(const std::int64_t rules, storage::count_rules_of_client(tx, id.uuid));
    touch(row.stamps, context_.clock.now());
    row.stamps.deleted_at = row.stamps.updated_at;
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(storage::delete_exchanges(tx, id.uuid));
    tx.on_commit([this, id] { context_.index.put_client(id, nullptr); });
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kOAuthClientDeleted, row)));
    return Affected{.oauth_clients = 1, .robot_access = rules};
  });
}

Result<OAuthClient> OAuthClients::restore(const Actor& actor, OAuthClientId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<OAuthClient>(context_.store, [&](Transaction& tx) -> Result<OAuthClient> {
    const WallTime now = context_.clock.now();
    STRONGROOM_TRY(OAuthClientRow row,
                   allowed(actor, Permission::kConfigure,
                           restorable(storage::find_oauth_client(tx, id.uuid), now)));
    if (!row.stamps.deleted_at) return with_resources(context_, tx, row);
    STRONGROOM_CHECK(check_label_is_free(tx, row, now));
    STRONGROOM_TRY(const auto labels, next_old_labels(tx, row, row, now));
    STRONGROOM_CHECK(storage::replace_old_labels(tx, row.id, labels));
    touch(row.stamps, now);
    row.stamps.deleted_at.reset();
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(put_client_on_commit(context_, tx, row));
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kOAuthClientRestored, row)));
    return read_back(context_, tx, id.uuid);
  });
}

Status OAuthClients::purge() {
  const WallTime now = context_.clock.now();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto ids, storage::oauth_clients_deleted_until(tx, now - kUndoWindow));
    STRONGROOM_TRY(const auto drafts, storage::drafts_unchanged_since(tx, now - kDraftLifetime));
    ids.insert(ids.end(), drafts.begin(), drafts.end());
    for (const Uuid& id : ids) {
      STRONGROOM_TRY(const auto pending, storage::pending_revocations_of(tx, id));
      STRONGROOM_TRY(const bool has_tokens, storage::has_tokens(tx, id));
      if (!pending.empty() || has_tokens) continue;  // the next purge asks again
      STRONGROOM_CHECK(storage::destroy_oauth_client(tx, id));
      tx.on_commit([this, id] {
        context_.index.forget_client(OAuthClientId{id});
        context_.log.info("a deleted or forgotten OAuth client was destroyed",
                          {{"oauth_client", id}});
      });
    }
    STRONGROOM_TRY(const auto renamed, storage::clients_with_old_labels_until(tx, now));
    STRONGROOM_CHECK(storage::delete_old_labels_until(tx, now));
    for (const Uuid& id : renamed) {
      STRONGROOM_TRY(const auto row, storage::find_oauth_client(tx, id));
      if (row && !row->stamps.deleted_at) STRONGROOM_CHECK(put_again_on_commit(context_, tx, *row));
    }
    return {};
  });
}

}  // namespace strongroom::vault
