#include "vault/target_systems.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/target_system_rows.h"
#include "storage/token_rows.h"
#include "vault/change_event.h"
#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/destination.h"
#include "vault/field_rules.h"
#include "vault/index_entries.h"
#include "vault/issuer_metadata.h"
#include "vault/issuer_reading.h"
#include "vault/json_texts.h"
#include "vault/kill.h"
#include "vault/proxy_credentials.h"
#include "vault/reach.h"
#include "vault/refresh_plan.h"
#include "vault/refresh_token_destinations.h"
#include "vault/registration_record.h"
#include "vault/resource_discovery.h"
#include "vault/robot_access_validity.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"
#include "vault/subject_tokens.h"
#include "vault/target_system_entries.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"
#include "vault/target_system_update.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::ConsumerSecretRow;
using storage::Snapshot;
using storage::TargetSystemRow;
using storage::Transaction;

// A target system as it is stored.
struct Stored {
  TargetSystemRow row;
  TargetSystem system;
  std::vector<ConsumerSecretRow> secrets;
};

Result<Stored> load(Context& context, Snapshot& snapshot, TargetSystemId id) {
  Stored stored;
  STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
  STRONGROOM_TRY(stored.system, read_target_system(context, snapshot, stored.row));
  STRONGROOM_TRY(stored.secrets, storage::consumer_secrets_of(snapshot, id.uuid));
  return stored;
}

Result<Stored> load(Context& context, TargetSystemId id) {
  return storage::read<Stored>(context.store,
                               [&](Snapshot& snapshot) { return load(context, snapshot, id); });
}

Change change(Action action, const TargetSystemRow& row, std::vector<std::string> fields = {}) {
  return {action, row.id, row.project_id.value_or(Uuid{}), row.name, std::move(fields)};
}

Status check_name_is_free(Snapshot& snapshot, const TargetSystemRow& row) {
  STRONGROOM_TRY(const auto existing,
                 storage::find_target_system_named(snapshot, row.project_id, row.name_key, row.id));
  if (!existing) return {};
  return duplicate("There is a target system with this name already, here or for all projects.",
                   *existing, "/name");
}

// Writes a changed row, and its secrets where `replaced`; fails if somebody was faster.
Status write_changed(Context& context, Transaction& tx, Revision expected, TargetSystemRow& row,
                     const std::vector<ConsumerSecretRow>& secrets, bool replaced) {
  STRONGROOM_TRY(const TargetSystemRow now, living(storage::find_target_system(tx, row.id)));
  STRONGROOM_CHECK(check_revision(now.stamps, expected));
  STRONGROOM_CHECK(check_name_is_free(tx, row));
  STRONGROOM_CHECK(check_keys_are_not_shared(context, tx, row, secrets));
  STRONGROOM_CHECK(update_row(context, tx, row));
  if (replaced) STRONGROOM_CHECK(storage::replace_consumer_secrets(tx, row.id, secrets));
  return put_on_commit(context, tx, row, secrets.size());
}

// In the same commit as the change itself: once it is answered, no token for the old settings is
// handed out, and none that is on its way is kept.
Status drop_stale_tokens(Context& context, Transaction& tx, const TargetSystemRow& row,
                         StaleTokens whose) {
  if (whose == StaleTokens::kNobodys) return {};
  STRONGROOM_TRY(auto clients, storage::drop_tokens_of_target_system(
                                   tx, row.id, whose == StaleTokens::kOfClientsWithoutTenant));
  for (const storage::DroppedToken& dropped : clients) {
    STRONGROOM_CHECK(drop_exchanged(context, tx, dropped.oauth_client_id));
  }
  tx.on_commit([&context, clients = std::move(clients)] {
    for (const storage::DroppedToken& dropped : clients) {
      context.index.drop_token(
          OAuthClientId{dropped.oauth_client_id},
          oauth_client_state_from_text(dropped.state).value_or(OAuthClientState::kNeedsRetrieval));
    }
  });
  return {};
}

// An id is never used again: not even that of one that was deleted.
Status check_id_is_new(Snapshot& snapshot, const TargetSystemRow& row) {
  STRONGROOM_TRY(const auto existing, storage::find_target_system(snapshot, row.id));
  if (!existing) return {};
  return duplicate("There is or was a target system with this id.", row.id, "/id");
}

Affected to_affected(const storage::TargetSystemUse& use) {
  return {.target_systems = 1,
          .oauth_clients = use.oauth_clients,
          .robots = 0,
          .robot_access = use.robot_access,
          .secrets = use.secrets};
}

// A token may be bound to the certificate that it was got with, and ends with it.
bool proves_anew(const Context& context, const TargetSystemFields& fields,
                 const TargetSystem& after) {
  return fields.client_certificates.has_value() &&
         certificate_use(context.catalogue, after) == crypto::CertificateUse::kTlsClient;
}

// A resource says for each issuer anew whether its tokens come from there.
bool asks_another_resource(const TargetSystem& before, const TargetSystem& after) {
  return before.protected_resource != after.protected_resource ||
         issuer_of(before) != issuer_of(after);
}

bool replaces_credentials(const TargetSystemFields& fields) {
  return fields.consumer_secrets.has_value() || fields.client_keys.has_value() ||
         fields.client_certificates.has_value();
}

// What of the credentials a change touches, by the names of the REST API.
void note_credentials(const TargetSystemFields& fields, std::vector<std::string>& touched) {
  if (fields.consumer_secrets) touched.emplace_back("consumer_secrets");
  if (fields.client_keys) touched.emplace_back("client_keys");
  if (fields.client_certificates) touched.emplace_back("client_certificates");
}

Status seal_proxy(Context& context, const TargetSystemFields& fields, TargetSystemRow& row) {
  if (!fields.proxy_credentials || !*fields.proxy_credentials) return {};
  STRONGROOM_TRY(row.sealed_proxy_credentials,
                 seal_proxy_credentials(context.sealer, row, **fields.proxy_credentials));
  return {};
}

// The rows that take the place of `stored`.
Status seal_credentials(Context& context, const TargetSystem& system,
                        const TargetSystemFields& fields, const TargetSystemRow& row,
                        const StoredCredentials& stored, std::vector<ConsumerSecretRow>& secrets) {
  const auto add = [&secrets](std::vector<ConsumerSecretRow> more) {
    std::move(more.begin(), more.end(), std::back_inserter(secrets));
  };
  if (fields.consumer_secrets) {
    STRONGROOM_TRY(auto made, seal_consumer_secrets(context, row, *fields.consumer_secrets));
    add(std::move(made));
  }
  if (fields.client_keys) {
    STRONGROOM_TRY(auto made, seal_client_keys(context, row, stored, *fields.client_keys));
    add(std::move(made));
  }
  if (fields.client_certificates) {
    STRONGROOM_TRY(auto made, seal_client_certificates(context, system, row, stored,
                                                       *fields.client_certificates));
    add(std::move(made));
  }
  return {};
}

// What clients prove with as it will be stored, and the destination that it is sealed for.
Status seal_for(Context& context, const TargetSystem& system, const TargetSystemFields& fields,
                TargetSystemRow& row, std::vector<ConsumerSecretRow>& secrets) {
  const bool replaced = replaces_credentials(fields);
  const std::string before = row.secrets_destination;
  if (replaced || secrets.empty()) {
    row.secrets_destination = destination_digest(context.catalogue, system);
  }
  if (!replaced) return {};
  const StoredCredentials stored{.rows = std::exchange(secrets, {}),
                                 .for_this_destination = before == row.secrets_destination};
  return seal_credentials(context, system, fields, row, stored, secrets);
}

Status check_project_lives(Snapshot& snapshot, const TargetSystemRow& row) {
  if (!row.project_id) return {};
  if (living(storage::find_project(snapshot, *row.project_id))) return {};
  return Error{Code::kInvalidArgument, "There is no such project."}.at("/project");
}

// Not what is for people to read. Credentials alone are none of these: they are rotated, and so are
// those that a registration brought.
bool changes_what_robots_get(const std::string& field) {
  return field != "owner" && field != "description" && field != "tags" && field != "registration";
}

// To be another provider's would be to lift a kill of this one.
Status check_may_change_provider(Context& context, const TargetSystem& system,
                                 const TargetSystemFields& fields) {
  if (!fields.service_provider || *fields.service_provider == system.service_provider) return {};
  const auto entry = context.index.find(system.id);
  if (entry && context.index.kill_of(*entry)) return stopped_by_a_kill();
  return {};
}

// What is not entered with a target system, but goes to where it leads: other clients' tokens, and
// passwords that people type in.
bool gets_what_others_have(const TargetSystem& system) {
  return system.grant == GrantFlow::kTokenExchange || system.grant == GrantFlow::kPassword;
}

// With its own secrets entered anew it is not held (invariant 5); these nobody enters anew.
Status check_may_lead_elsewhere(const Context& context, const Actor& actor,
                                const TargetSystem& before, const TargetSystem& after) {
  if (!gets_what_others_have(after)) return {};
  const bool is_same =
      before.grant == after.grant &&
      destination_digest(context.catalogue, before) == destination_digest(context.catalogue, after);
  if (is_same) return {};
  return need_in_project(actor, Permission::kApproveDestination,
                         after.project ? after.project->uuid : Uuid{});
}

}  // namespace

Result<TargetSystem> TargetSystems::create(const Actor& actor, const TargetSystemFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(TargetSystem system, with_fields(context_.catalogue, {}, fields, /*is_new=*/true));
  const WallTime now = context_.clock.now();
  TargetSystemRow row;
  row.id = fields.id ? fields.id->uuid : crypto::make_uuid(now, context_.random);
  if (fields.project) row.project_id = fields.project->uuid;
  row.stamps = new_stamps(now);
  write_fields(system, row);
  STRONGROOM_CHECK(need_in_project(actor, Permission::kConfigure, project_of(row)));
  // Before anything is sealed: a project that is not there has no key.
  STRONGROOM_CHECK(
      context_.store.read([&](Snapshot& snapshot) { return check_project_lives(snapshot, row); }));
  STRONGROOM_CHECK(seal_proxy(context_, fields, row));
  STRONGROOM_CHECK(follow_resource(context_, discovery_, row, system));
  STRONGROOM_CHECK(follow_issuer(context_, discovery_, row, system));
  std::vector<ConsumerSecretRow> secrets;
  STRONGROOM_CHECK(seal_for(context_, system, fields, row, secrets));
  return storage::write<TargetSystem>(context_.store, [&](Transaction& tx) -> Result<TargetSystem> {
    STRONGROOM_CHECK(check_project_lives(tx, row));
    STRONGROOM_CHECK(check_id_is_new(tx, row));
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_CHECK(check_keys_are_not_shared(context_, tx, row, secrets));
    STRONGROOM_CHECK(check_registrations(context_, tx, system));
    STRONGROOM_CHECK(insert_row(context_, tx, row));
    STRONGROOM_CHECK(store_metadata(context_, tx, row));
    STRONGROOM_CHECK(storage::replace_consumer_secrets(tx, row.id, secrets));
    STRONGROOM_CHECK(put_on_commit(context_, tx, row, secrets.size()));
    auto touched = touched_fields({}, system);
    note_credentials(fields, touched);
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(Action::kTargetSystemCreated, row, std::move(touched))));
    return read_target_system(context_, tx, row);
  });
}

Result<TargetSystem> TargetSystems::get(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(Stored stored, allowed(actor, Permission::kView, load(context_, id)));
  return std::move(stored.system);
}

Result<Page<TargetSystem>> TargetSystems::list(const Actor& actor, const ListQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::TargetSystemListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query));
  show_only_visible(actor, request.list);
  if (query.project) request.project_id = query.project->uuid;
  request.service_provider = query.service_provider;
  if (!query.tag.empty()) {
    const auto tag = clean_tag(query.tag, "tag");
    if (!tag) return Page<TargetSystem>{};  // nothing has a tag that no tag can be
    const std::string array = to_json(std::vector<std::string>{*tag});
    request.tag_json = array.substr(1, array.size() - 2);
  }
  using Answer = Page<TargetSystem>;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_TRY(const auto rows, storage::list_target_systems(snapshot, request));
    Answer page{.items = {}, .total = rows.total};
    for (const TargetSystemRow& row : rows.rows) {
      STRONGROOM_TRY(TargetSystem system, read_target_system(context_, snapshot, row));
      page.items.push_back(std::move(system));
    }
    return page;
  });
}

// Sealing, and reading an issuer, come before the transaction; that nobody changed the row
// meanwhile is checked inside it.
Result<TargetSystem> update_target_system(Context& context, oauth::Discovery* discovery,
                                          const Actor& actor, TargetSystemId id, Revision expected,
                                          const TargetSystemFields& fields,
                                          const AlsoCommitted& also) {
  STRONGROOM_TRY(Stored stored, load(context, id));
  STRONGROOM_CHECK(check_revision(stored.row.stamps, expected));
  STRONGROOM_CHECK(check_may_change_provider(context, stored.system, fields));
  STRONGROOM_TRY(TargetSystem system,
                 with_fields(context.catalogue, stored.system, fields, /*is_new=*/false));
  auto touched = touched_fields(stored.system, system);
  const StaleTokens stale = proves_anew(context, fields, system)
                                ? StaleTokens::kAll
                                : stale_tokens(stored.system, system);
  const bool replaced = replaces_credentials(fields);
  if (touched.empty() && !replaced && !also) return std::move(stored.system);
  STRONGROOM_CHECK(check_may_lead_elsewhere(context, actor, stored.system, system));
  write_fields(system, stored.row);
  STRONGROOM_CHECK(seal_proxy(context, fields, stored.row));
  if (asks_another_resource(stored.system, system)) {
    STRONGROOM_CHECK(follow_resource(context, discovery, stored.row, system));
  }
  STRONGROOM_TRY(const bool read, follow_issuer(context, discovery, stored.row, system));
  STRONGROOM_CHECK(seal_for(context, system, fields, stored.row, stored.secrets));
  touch(stored.row.stamps, context.clock.now());
  return storage::write<TargetSystem>(context.store, [&](Transaction& tx) -> Result<TargetSystem> {
    TargetSystemRow& row = stored.row;
    STRONGROOM_CHECK(write_changed(context, tx, expected, row, stored.secrets, replaced));
    if (read) STRONGROOM_CHECK(store_metadata(context, tx, row));
    if (also) {
      STRONGROOM_TRY(const auto more, also(tx, row));
      touched.insert(touched.end(), more.begin(), more.end());
    }
    STRONGROOM_CHECK(check_registrations(context, tx, system));
    STRONGROOM_CHECK(drop_stale_tokens(context, tx, row, stale));
    STRONGROOM_CHECK(refresh_clients_again(context, tx, row));  // of what is left
    if (std::ranges::any_of(touched, changes_what_robots_get)) {
      STRONGROOM_CHECK(invalidate_rules_of_system(context, tx, actor, row.id));
    }
    if (!touched.empty()) {
      STRONGROOM_CHECK(record(context, tx, actor,
                              change(Action::kTargetSystemUpdated, row, std::move(touched))));
    }
    if (replaced) {
      std::vector<std::string> credentials;
      note_credentials(fields, credentials);
      STRONGROOM_CHECK(
          record(context, tx, actor,
                 change(Action::kTargetSystemSecretsReplaced, row, std::move(credentials))));
    }
    return read_target_system(context, tx, row);
  });
}

Result<TargetSystem> TargetSystems::update(const Actor& actor, TargetSystemId id, Revision expected,
                                           const TargetSystemFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(allowed(actor, Permission::kConfigure, load(context_, id)));
  return update_target_system(context_, discovery_, actor, id, expected, fields, {});
}

Result<TargetSystem> TargetSystems::approve_destination(const Actor& actor, TargetSystemId id,
                                                        Revision expected) {
  STRONGROOM_CHECK(actor.need(Permission::kApproveDestination));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(Stored stored,
                 allowed(actor, Permission::kApproveDestination, load(context_, id)));
  TargetSystemRow& row = stored.row;
  STRONGROOM_CHECK(check_revision(row.stamps, expected));
  const bool has_pending = stored.system.metadata && stored.system.metadata->pending;
  if (!stored.system.destination_held && !stored.system.refresh_tokens_held && !has_pending) {
    return Error{Code::kConflict,
                 "The secrets of this target system go where they were entered for.",
                 {},
                 "destination_not_held"};
  }
  if (has_pending) {
    IssuerMetadata& metadata = *stored.system.metadata;
    metadata.accepted = *std::exchange(metadata.pending, std::nullopt);
    write_metadata(stored.system, row);
  }
  std::string destination = destination_digest(context_.catalogue, stored.system);
  STRONGROOM_CHECK(reseal_consumer_secrets(context_.sealer, row, destination, stored.secrets));
  STRONGROOM_TRY(const auto refresh_tokens, reseal_refresh_tokens(context_, id, destination));
  row.secrets_destination = std::move(destination);
  touch(row.stamps, context_.clock.now());
  return storage::write<TargetSystem>(context_.store, [&](Transaction& tx) -> Result<TargetSystem> {
    STRONGROOM_CHECK(write_changed(context_, tx, expected, row, stored.secrets, true));
    STRONGROOM_CHECK(refresh_clients_again(context_, tx, row));
    STRONGROOM_CHECK(store_resealed(tx, refresh_tokens));
    // Tokens come from elsewhere from now on, because a person said so.
    STRONGROOM_CHECK(invalidate_rules_of_system(context_, tx, actor, row.id));
    std::vector<std::string> fields;
    if (has_pending) {
      STRONGROOM_CHECK(store_metadata(context_, tx, row));
      fields.emplace_back("pending_metadata");
    }
    STRONGROOM_CHECK(
        record(context_, tx, actor,
               change(Action::kTargetSystemDestinationApproved, row, std::move(fields))));
    return read_target_system(context_, tx, row);
  });
}

Result<Affected> TargetSystems::affected(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_target_system(snapshot, id.uuid))));
    STRONGROOM_TRY(const auto use, storage::count_target_system_use(snapshot, id.uuid));
    return to_affected(use);
  });
}

// Its clients stay as they are; without their target system none of them is found.
Result<Affected> TargetSystems::remove(const Actor& actor, TargetSystemId id,
                                       std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(TargetSystemRow row, allowed(actor, Permission::kConfigure,
                                                living(storage::find_target_system(tx, id.uuid))));
    if (expected) STRONGROOM_CHECK(check_revision(row.stamps, *expected));
    STRONGROOM_TRY(const auto use, storage::count_target_system_use(tx, id.uuid));
    touch(row.stamps, context_.clock.now());
    row.stamps.deleted_at = row.stamps.updated_at;
    STRONGROOM_CHECK(update_row(context_, tx, row));
    tx.on_commit([this, id] { context_.index.put_target_system(id, nullptr); });
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kTargetSystemDeleted, row)));
    return to_affected(use);
  });
}

Result<TargetSystem> TargetSystems::restore(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<TargetSystem>(context_.store, [&](Transaction& tx) -> Result<TargetSystem> {
    const WallTime now = context_.clock.now();
    STRONGROOM_TRY(TargetSystemRow row,
                   allowed(actor, Permission::kConfigure,
                           restorable(storage::find_target_system(tx, id.uuid), now)));
    if (!row.stamps.deleted_at) return read_target_system(context_, tx, row);
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    touch(row.stamps, now);
    row.stamps.deleted_at.reset();
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_TRY(const auto secrets, storage::consumer_secrets_of(tx, row.id));
    STRONGROOM_CHECK(put_on_commit(context_, tx, row, secrets.size()));
    STRONGROOM_CHECK(record(context_, tx, actor, change(Action::kTargetSystemRestored, row)));
    return read_target_system(context_, tx, row);
  });
}

Status TargetSystems::purge() {
  const WallTime due = context_.clock.now() - kUndoWindow;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto ids, storage::target_systems_deleted_until(tx, due));
    for (const Uuid& id : ids) {
      STRONGROOM_TRY(auto clients, storage::oauth_clients_of_target_system(tx, id));
      STRONGROOM_CHECK(storage::destroy_target_system(tx, id));
      tx.on_commit([this, id, clients = std::move(clients)] {
        for (const Uuid& client : clients) {
          context_.index.put_client(OAuthClientId{client}, nullptr);
        }
        context_.index.put_target_system(TargetSystemId{id}, nullptr);
        context_.log.info("a deleted target system was destroyed", {{"target_system", id}});
      });
    }
    return {};
  });
}

}  // namespace strongroom::vault
