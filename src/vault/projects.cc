#include "vault/projects.h"

#include <memory>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "storage/sqlite_store.h"
#include "storage/target_system_rows.h"
#include "vault/change_event.h"
#include "vault/field_rules.h"
#include "vault/index_entries.h"
#include "vault/reach.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::ProjectRow;
using storage::Snapshot;
using storage::Transaction;

Project to_project(const ProjectRow& row) {
  return {ProjectId{row.id}, row.name, row.description, to_stamps(row.stamps),
          row.strict_robot_access};
}

Change change(audit::Action action, const ProjectRow& row, std::vector<std::string> fields = {}) {
  return {action, row.id, row.id, row.name, std::move(fields)};
}

Status check_name_is_free(Snapshot& snapshot, const ProjectRow& row) {
  STRONGROOM_TRY(const auto existing, storage::find_project_named(snapshot, row.name_key));
  if (!existing || *existing == row.id) return {};
  return duplicate("There is a project with this name already.", *existing, "/name");
}

Status set_fields(const ProjectFields& fields, ProjectRow& row) {
  if (fields.name) {
    STRONGROOM_TRY(row.name, clean_name(*fields.name, "/name"));
    row.name_key = name_key(row.name);
  }
  if (fields.description) {
    STRONGROOM_CHECK(check_description(*fields.description));
    row.description = *fields.description;
  }
  row.strict_robot_access = fields.strict_robot_access.value_or(row.strict_robot_access);
  return {};
}

std::vector<std::string> touched(const ProjectRow& before, const ProjectRow& after) {
  std::vector<std::string> fields;
  if (before.name != after.name) fields.emplace_back("name");
  if (before.description != after.description) fields.emplace_back("description");
  if (before.strict_robot_access != after.strict_robot_access) fields.emplace_back("robot_access");
  return fields;
}

void put_on_commit(Context& context, Transaction& tx, const ProjectRow& row) {
  tx.on_commit(
      [&context, entry = index_entry(row)] { context.index.put_project(entry->id, entry); });
}

// Stores the key of a new project and puts it to use. `key` was made inside the transaction, so
// that none is wrapped by a root key whose rotation came in between.
Status add_key(Context& context, Transaction& tx, const crypto::WrappedKey& key, WallTime now) {
  STRONGROOM_CHECK(storage::insert_data_key(tx, {.id = key.id.uuid,
                                                 .scope = key.scope,
                                                 .wrapped = key.wrapped,
                                                 .seals_reserved = key.seals_reserved,
                                                 .created_at = now,
                                                 .wrapped_before = key.wrapped_before}));
  tx.on_commit([&context, key] {
    if (const Status installed = context.keys.install(key); !installed) {
      context.log.failed("the key of a new project cannot be used", installed.error());
    }
  });
  return {};
}

Result<Project> insert(Context& context, const Actor& actor, ProjectRow row) {
  const WallTime now = context.clock.now();
  row.id = crypto::make_uuid(now, context.random);
  row.stamps = new_stamps(now);
  const auto key_id = crypto::make_id<crypto::KeyId>(now, context.random);
  const Status written = context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_TRY(const crypto::WrappedKey key, context.keys.make(key_id, row.id));
    STRONGROOM_CHECK(insert_row(context, tx, row));
    STRONGROOM_CHECK(add_key(context, tx, key, now));
    put_on_commit(context, tx, row);
    return record(context, tx, actor,
                  change(audit::Action::kProjectCreated, row, {"name", "description"}));
  });
  STRONGROOM_CHECK(written);
  return to_project(row);
}

Affected to_affected(const storage::ProjectContents& contents) {
  return {contents.target_systems, contents.oauth_clients, contents.robots, contents.robot_access,
          contents.secrets};
}

// Puts the clients of a project that comes back into the index as they are now: a target system for
// all projects may have changed meanwhile.
Status put_clients_on_commit(Context& context, Transaction& tx, const Uuid& project) {
  STRONGROOM_TRY(const auto ids, storage::oauth_clients_of_project(tx, project));
  std::vector<std::shared_ptr<ClientEntry>> entries;
  for (const Uuid& id : ids) {
    STRONGROOM_TRY(const auto row, storage::find_oauth_client(tx, id));
    if (!row || row->stamps.deleted_at) continue;
    auto entry = read_client_entry(context, tx, *row);
    if (!entry && entry.error().code != Code::kCorrupt) return entry.error();
    if (entry) {
      entries.push_back(*std::move(entry));
      continue;
    }
    context.log.failed("An OAuth client was forged or damaged; nobody gets its token.",
                       entry.error(), {{"oauth_client", id}});
    tx.on_commit([&context, id] { context.index.put_client(OAuthClientId{id}, nullptr); });
  }
  tx.on_commit([&context, entries = std::move(entries)] {
    for (const auto& entry : entries) put_client_again(context.index, entry);
  });
  return {};
}

// Takes everything of a project out of the index and forgets its key, once that is committed.
Status forget_on_commit(Context& context, Transaction& tx, const Uuid& id) {
  STRONGROOM_TRY(auto clients, storage::oauth_clients_of_project(tx, id));
  STRONGROOM_TRY(auto robots, storage::robots_of_project(tx, id));
  STRONGROOM_TRY(auto systems, storage::target_systems_of_project(tx, id));
  tx.on_commit([&context, id, clients = std::move(clients), robots = std::move(robots),
                systems = std::move(systems)] {
    for (const Uuid& client : clients) context.index.put_client(OAuthClientId{client}, nullptr);
    for (const Uuid& robot : robots) context.index.put_robot(RobotId{robot}, nullptr);
    for (const Uuid& system : systems) {
      context.index.put_target_system(TargetSystemId{system}, nullptr);
    }
    context.index.put_project(ProjectId{id}, nullptr);
    context.keys.forget(id);
    context.log.info("a deleted project was destroyed", {{"project", id}});
  });
  return {};
}

}  // namespace

Result<Project> Projects::create(const Actor& actor, const ProjectFields& fields) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageProjects));
  STRONGROOM_CHECK(need_writable_audit(context_));
  ProjectRow row;
  STRONGROOM_CHECK(
      set_fields({fields.name.value_or(""), fields.description, fields.strict_robot_access}, row));
  return insert(context_, actor, std::move(row));
}

Result<Project> Projects::get(const Actor& actor, ProjectId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(
      const ProjectRow row, storage::read<ProjectRow>(context_.store, [&](Snapshot& snapshot) {
        return allowed(actor, Permission::kView, living(storage::find_project(snapshot, id.uuid)));
      }));
  return to_project(row);
}

Result<Page<Project>> Projects::list(const Actor& actor, const ListQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(auto request, row_list_request(query));
  show_only_visible(actor, request);
  STRONGROOM_TRY(const auto rows, storage::read<storage::RowPage<ProjectRow>>(
                                      context_.store, [&](Snapshot& snapshot) {
                                        return storage::list_projects(snapshot, request);
                                      }));
  Page<Project> page{.items = {}, .total = rows.total};
  for (const ProjectRow& row : rows.rows) page.items.push_back(to_project(row));
  return page;
}

Result<Project> Projects::update(const Actor& actor, ProjectId id, Revision expected,
                                 const ProjectFields& fields) {
  STRONGROOM_CHECK(actor.need(Permission::kManageProjects));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<Project>(context_.store, [&](Transaction& tx) -> Result<Project> {
    STRONGROOM_TRY(const ProjectRow before, allowed(actor, Permission::kManageProjects,
                                                    living(storage::find_project(tx, id.uuid))));
    STRONGROOM_CHECK(check_revision(before.stamps, expected));
    ProjectRow row = before;
    STRONGROOM_CHECK(set_fields(fields, row));
    auto names = touched(before, row);
    if (names.empty()) return to_project(before);
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(update_row(context_, tx, row));
    put_on_commit(context_, tx, row);
    STRONGROOM_CHECK(
        record(context_, tx, actor, change(audit::Action::kProjectUpdated, row, std::move(names))));
    return to_project(row);
  });
}

Result<Affected> Projects::affected(const Actor& actor, ProjectId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_CHECK(
        allowed(actor, Permission::kView, living(storage::find_project(snapshot, id.uuid))));
    STRONGROOM_TRY(const auto contents, storage::count_project_contents(snapshot, id.uuid));
    return to_affected(contents);
  });
}

// What is in the project stays as it is, in the database and in the index: without its project
// nothing of it is found, and with it all of it is there again.
Result<Affected> Projects::remove(const Actor& actor, ProjectId id,
                                  std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageProjects));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(ProjectRow row, allowed(actor, Permission::kManageProjects,
                                           living(storage::find_project(tx, id.uuid))));
    if (expected) STRONGROOM_CHECK(check_revision(row.stamps, *expected));
    STRONGROOM_TRY(const auto contents, storage::count_project_contents(tx, id.uuid));
    touch(row.stamps, context_.clock.now());
    row.stamps.deleted_at = row.stamps.updated_at;
    STRONGROOM_CHECK(update_row(context_, tx, row));
    tx.on_commit([this, id] { context_.index.put_project(id, nullptr); });
    STRONGROOM_CHECK(record(context_, tx, actor, change(audit::Action::kProjectDeleted, row)));
    return to_affected(contents);
  });
}

Result<Project> Projects::restore(const Actor& actor, ProjectId id) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageProjects));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<Project>(context_.store, [&](Transaction& tx) -> Result<Project> {
    const WallTime now = context_.clock.now();
    STRONGROOM_TRY(ProjectRow row, allowed(actor, Permission::kManageProjects,
                                           restorable(storage::find_project(tx, id.uuid), now)));
    if (!row.stamps.deleted_at) return to_project(row);
    STRONGROOM_CHECK(check_name_is_free(tx, row));
    STRONGROOM_TRY(const auto clash, storage::find_global_name_clash(tx, id.uuid));
    if (clash) {
      return duplicate(
          "A target system of this project has the name of a global one that was made meanwhile.",
          *clash, "/name");
    }
    touch(row.stamps, now);
    row.stamps.deleted_at.reset();
    STRONGROOM_CHECK(update_row(context_, tx, row));
    put_on_commit(context_, tx, row);
    STRONGROOM_CHECK(put_clients_on_commit(context_, tx, row.id));
    STRONGROOM_CHECK(record(context_, tx, actor, change(audit::Action::kProjectRestored, row)));
    return to_project(row);
  });
}

Status Projects::ensure_default() {
  STRONGROOM_TRY(const std::int64_t count,
                 storage::read<std::int64_t>(context_.store, storage::count_projects));
  if (count > 0) return {};
  ProjectRow row;
  STRONGROOM_CHECK(set_fields({"Default project", std::nullopt}, row));
  Actor server;
  server.kind = audit::ActorKind::kServer;
  STRONGROOM_CHECK(insert(context_, server, std::move(row)));
  return {};
}

Status Projects::purge() {
  const WallTime due = context_.clock.now() - kUndoWindow;
  Actor server;
  server.kind = audit::ActorKind::kServer;
  bool any = false;
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto ids, storage::projects_deleted_until(tx, due));
    for (const Uuid& id : ids) {
      STRONGROOM_TRY(const auto project, storage::find_project(tx, id));
      STRONGROOM_CHECK(forget_on_commit(context_, tx, id));
      STRONGROOM_CHECK(storage::destroy_project(tx, id));
      if (project) {
        STRONGROOM_CHECK(
            record(context_, tx, server, change(audit::Action::kDataKeyDestroyed, *project)));
      }
    }
    any = !ids.empty();
    return {};
  });
  STRONGROOM_CHECK(written);
  // What was deleted is overwritten in the database (secure_delete); not so in its log.
  return any ? storage::empty_log(context_.store) : Status();
}

}  // namespace strongroom::vault
