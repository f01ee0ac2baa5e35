#include "vault/secrets.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/project_rows.h"
#include "storage/secret_access_rows.h"
#include "storage/target_system_rows.h"
#include "vault/change_event.h"
#include "vault/field_rules.h"
#include "vault/lookup_index.h"
#include "vault/reach.h"
#include "vault/robot_access_validity.h"
#include "vault/row_mac.h"
#include "vault/secret_changes.h"
#include "vault/secret_labels.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::SecretRow;
using storage::Snapshot;
using storage::Transaction;

constexpr std::size_t kMaxUserName = 256;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

Status check_needed(const SecretFields& fields) {
  const auto missing = [](std::string field) -> Status {
    return refused("This is needed.", std::move(field));
  };
  if (!fields.project) return missing("/project");
  if (!fields.target_system) return missing("/target_system");
  if (!fields.label) return missing("/label");
  if (!fields.kind) return missing("/kind");
  if (!fields.value) return missing("/value");
  return {};
}

// With OAuth or without: nothing is asked of a provider.
Status check_home(const Context& context, Snapshot& snapshot, const SecretRow& row) {
  if (!living(storage::find_project(snapshot, row.project_id))) return no_such_project();
  STRONGROOM_TRY(const auto system, storage::find_target_system(snapshot, row.target_system_id));
  const bool usable = system && !system->hidden && !system->stamps.deleted_at &&
                      system->project_id.value_or(row.project_id) == row.project_id;
  if (!usable) return refused("This project has no such target system.", "/target_system");
  return check_mac(context.sealer, *system);
}

Status set_notes(const std::string& notes, SecretRow& row) {
  if (!check_description(notes)) {
    return refused("The notes are longer than 4,096 characters, or not plain text.", "/notes");
  }
  row.notes = notes;
  return {};
}

Status set_fields(const SecretFields& fields, SecretRow& row) {
  if (fields.label) {
    STRONGROOM_TRY(row.label, clean_name(*fields.label, "/label"));
    row.label_key = name_key(row.label);
  }
  if (fields.user_name) {
    row.user_name.clear();
    if (!fields.user_name->empty()) {
      STRONGROOM_TRY(row.user_name, clean_name(*fields.user_name, "/user_name", kMaxUserName));
    }
    row.user_name_key = name_key(row.user_name);
  }
  if (fields.notes) STRONGROOM_CHECK(set_notes(*fields.notes, row));
  if (fields.owner) {
    STRONGROOM_TRY(const Owner owner, clean_owner(*fields.owner));
    row.owner_name = owner.name;
    row.owner_email = owner.email;
  }
  return {};
}

std::vector<std::string> touched(const SecretRow& before, const SecretRow& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool differs, const char* name) {
    if (differs) fields.emplace_back(name);
  };
  note(before.label != after.label, "label");
  note(before.user_name != after.user_name, "user_name");
  note(before.notes != after.notes, "notes");
  note(before.owner_name != after.owner_name || before.owner_email != after.owner_email, "owner");
  return fields;
}

// Whether robots see it: who reads what they know is asked again in strict projects. A value is
// replaced because it has to be, not because the secret is another one.
bool is_seen(const std::string& field) { return field == "label" || field == "user_name"; }

// The label of `row`, which was `before`, is free, and the old one goes on answering.
Status change_label(const Context& context, Transaction& tx, const SecretRow& before,
                    const SecretRow& row) {
  const WallTime now = context.clock.now();
  STRONGROOM_CHECK(check_label_is_free(tx, row, now));
  STRONGROOM_TRY(const auto labels, next_old_labels(tx, before, row, now));
  return storage::replace_old_secret_labels(tx, row.id, labels);
}

Result<SecretRow> new_row(Context& context, const SecretFields& fields) {
  const WallTime now = context.clock.now();
  SecretRow row;
  row.id = crypto::make_uuid(now, context.random);
  row.project_id = fields.project->uuid;
  row.target_system_id = fields.target_system->uuid;
  row.kind = to_text(*fields.kind);
  row.stamps = new_stamps(now);
  STRONGROOM_CHECK(set_fields(fields, row));
  return row;
}

// A secret that is not believed is in no index.
Status end_old_labels(Context& context, SecretIndex& index, Transaction& tx) {
  const WallTime now = context.clock.now();
  STRONGROOM_TRY(const auto renamed, storage::secrets_with_old_labels_until(tx, now));
  STRONGROOM_CHECK(storage::delete_old_secret_labels_until(tx, now));
  for (const Uuid& id : renamed) {
    STRONGROOM_TRY(const auto row, storage::find_secret(tx, id));
    if (!row || row->stamps.deleted_at || !check_mac(context.sealer, *row)) continue;
    STRONGROOM_CHECK(put_secret_on_commit(context, index, tx, *row));
  }
  return {};
}

}  // namespace

Result<StoredSecret> Secrets::create(const Actor& actor, SecretFields fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(check_needed(fields));
  STRONGROOM_CHECK(need_in_project(actor, Permission::kConfigure, fields.project->uuid));
  STRONGROOM_TRY(SecretRow row, new_row(context_, fields));
  STRONGROOM_TRY(const SecretContent content,
                 read_secret_content(*fields.kind, *fields.value, context_.clock.now()));
  // Before anything is sealed for a project that may not be there.
  STRONGROOM_CHECK(
      context_.store.read([&](Snapshot& snapshot) { return check_home(context_, snapshot, row); }));
  STRONGROOM_TRY(const auto value, seal_secret_value(context_, row, content));
  row.current_value = value.id;
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    STRONGROOM_CHECK(check_home(context_, tx, row));
    STRONGROOM_CHECK(check_label_is_free(tx, row, context_.clock.now()));
    STRONGROOM_CHECK(insert_row(context_, tx, row));
    STRONGROOM_CHECK(storage::insert_secret_value(tx, value));
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    auto names = touched({}, row);
    names.emplace_back("value");
    STRONGROOM_CHECK(
        record(context_, tx, actor, secret_change(Action::kSecretCreated, row, std::move(names))));
    return read_secret(tx, row);
  });
}

Result<StoredSecret> Secrets::get(const Actor& actor, SecretId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Answer = StoredSecret;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_TRY(const SecretRow row, reachable_secret(snapshot, actor, Permission::kView, id));
    return read_secret(snapshot, row);
  });
}

Result<Page<StoredSecret>> Secrets::list(const Actor& actor, const SecretQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  storage::SecretListRequest request;
  STRONGROOM_TRY(request.list, row_list_request(query.list));
  show_only_visible(actor, request.list);
  if (query.list.project) request.project_id = query.list.project->uuid;
  if (query.list.target_system) request.target_system_id = query.list.target_system->uuid;
  if (query.kind) request.kind = to_text(*query.kind);
  request.search_key = name_key(query.search);
  request.expires_before = query.expires_before;
  using Answer = Page<StoredSecret>;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    STRONGROOM_TRY(const auto rows, storage::list_secrets(snapshot, request));
    Answer page{.items = {}, .total = rows.total};
    for (const SecretRow& row : rows.rows) {
      STRONGROOM_TRY(StoredSecret secret, read_secret(snapshot, row));
      page.items.push_back(std::move(secret));
    }
    return page;
  });
}

Result<StoredSecret> Secrets::update(const Actor& actor, SecretId id, Revision expected,
                                     SecretFields fields) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    STRONGROOM_TRY(const SecretRow before, reachable_secret(tx, actor, Permission::kConfigure, id));
    STRONGROOM_CHECK(check_revision(before.stamps, expected));
    SecretRow row = before;
    STRONGROOM_CHECK(set_fields(fields, row));
    auto names = touched(before, row);
    if (names.empty()) return read_secret(tx, row);
    STRONGROOM_CHECK(change_label(context_, tx, before, row));
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(update_row(context_, tx, row));
    if (std::ranges::any_of(names, is_seen)) {
      STRONGROOM_TRY(const auto rules, storage::rules_of_secret(tx, row.id));
      STRONGROOM_CHECK(invalidate_rules(context_, tx, actor, rules, InvalidReason::kSecretEdited));
    }
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    STRONGROOM_CHECK(
        record(context_, tx, actor, secret_change(Action::kSecretUpdated, row, std::move(names))));
    return read_secret(tx, row);
  });
}

Result<Affected> Secrets::affected(const Actor& actor, SecretId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Affected>(context_.store, [&](Snapshot& snapshot) -> Result<Affected> {
    STRONGROOM_CHECK(reachable_secret(snapshot, actor, Permission::kView, id));
    STRONGROOM_TRY(const std::int64_t rules, storage::count_rules_of_secret(snapshot, id.uuid));
    return Affected{.robot_access = rules, .secrets = 1};
  });
}

Result<Affected> Secrets::remove(const Actor& actor, SecretId id,
                                 std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return storage::write<Affected>(context_.store, [&](Transaction& tx) -> Result<Affected> {
    STRONGROOM_TRY(SecretRow row, reachable_secret(tx, actor, Permission::kConfigure, id));
    if (expected) STRONGROOM_CHECK(check_revision(row.stamps, *expected));
    STRONGROOM_TRY(const std::int64_t rules, storage::count_rules_of_secret(tx, id.uuid));
    touch(row.stamps, context_.clock.now());
    row.stamps.deleted_at = row.stamps.updated_at;
    STRONGROOM_CHECK(update_row(context_, tx, row));
    tx.on_commit([this, id] { index_.put(id, nullptr); });
    STRONGROOM_CHECK(record(context_, tx, actor, secret_change(Action::kSecretDeleted, row)));
    return Affected{.robot_access = rules, .secrets = 1};
  });
}

Result<StoredSecret> Secrets::restore(const Actor& actor, SecretId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    const WallTime now = context_.clock.now();
    STRONGROOM_TRY(SecretRow row,
                   allowed_secret(actor, Permission::kConfigure,
                                  restorable(storage::find_secret(tx, id.uuid), now)));
    if (!row.stamps.deleted_at) return read_secret(tx, row);
    STRONGROOM_CHECK(change_label(context_, tx, row, row));
    touch(row.stamps, now);
    row.stamps.deleted_at.reset();
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    STRONGROOM_CHECK(record(context_, tx, actor, secret_change(Action::kSecretRestored, row)));
    return read_secret(tx, row);
  });
}

std::optional<KillId> Secrets::kill_of(const StoredSecret& secret) const {
  return context_.index.home_of(secret.project, secret.target_system).killed_by;
}

Result<crypto::GeneratedPassword> Secrets::generate_password(
    const Actor& actor, const crypto::PasswordWish& wish) const {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return crypto::generate_password(wish, context_.random);
}

Status Secrets::purge() {
  const WallTime due = context_.clock.now() - kUndoWindow;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto ids, storage::secrets_deleted_until(tx, due));
    for (const Uuid& id : ids) {
      STRONGROOM_CHECK(storage::destroy_secret(tx, id));
      tx.on_commit([this, id] {
        index_.put(SecretId{id}, nullptr);
        context_.log.info("a deleted secret was destroyed", {{"secret", id}});
      });
    }
    return end_old_labels(context_, index_, tx);
  });
}

}  // namespace strongroom::vault
