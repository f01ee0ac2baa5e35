// Two values of a secret side by side, while one is replaced by the other.

#include <algorithm>
#include <utility>

#include "vault/secret_changes.h"
#include "vault/secrets.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::SecretRow;
using storage::SecretValueRow;
using storage::Snapshot;
using storage::Transaction;

Status check_room(Snapshot& snapshot, const SecretRow& row) {
  STRONGROOM_TRY(const auto values, storage::values_of_secret(snapshot, row.id));
  if (values.size() < kMaxSecretValues) return {};
  return Error{Code::kConflict,
               "There are two values side by side already: drop one of them first.",
               {},
               "in_use"};
}

Result<SecretValueRow> find_value(Snapshot& snapshot, const SecretRow& row, SecretValueId id) {
  STRONGROOM_TRY(const auto values, storage::values_of_secret(snapshot, row.id));
  const auto found = std::ranges::find(values, id.uuid, &SecretValueRow::id);
  if (found == values.end()) return no_such_thing();
  return *found;
}

}  // namespace

// Sealed before the transaction; that nobody added another one meanwhile is checked inside it.
Result<StoredSecret> Secrets::add_value(const Actor& actor, SecretId id, NewSecretValue value,
                                        bool make_current) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(
      SecretRow seen,
      storage::read<SecretRow>(context_.store, [&](Snapshot& snapshot) -> Result<SecretRow> {
        STRONGROOM_TRY(SecretRow row,
                       reachable_secret(snapshot, actor, Permission::kConfigure, id));
        STRONGROOM_CHECK(check_room(snapshot, row));
        return row;
      }));
  const std::int64_t before = seen.generation;
  const auto kind = secret_kind_from_text(seen.kind);
  if (!kind) return Error{Code::kCorrupt, "A stored row is damaged.", "secrets " + id.text()};
  STRONGROOM_TRY(const SecretContent content,
                 read_secret_content(*kind, value, context_.clock.now()));
  STRONGROOM_TRY(const SecretValueRow added, seal_secret_value(context_, seen, content));
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    STRONGROOM_TRY(SecretRow row, reachable_secret(tx, actor, Permission::kConfigure, id));
    STRONGROOM_CHECK(check_room(tx, row));
    if (row.generation != before) {
      return Error{Code::kPreconditionFailed, "Somebody else changed this since you read it."};
    }
    row.generation = added.generation;
    if (make_current) row.current_value = added.id;
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(storage::insert_secret_value(tx, added));
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    std::vector<std::string> fields{"value"};
    if (make_current) fields.emplace_back("current_value");
    STRONGROOM_CHECK(record(context_, tx, actor,
                            secret_change(Action::kSecretValueReplaced, row, std::move(fields))));
    return read_secret(tx, row);
  });
}

Result<StoredSecret> Secrets::make_current(const Actor& actor, SecretId id, SecretValueId value) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    STRONGROOM_TRY(SecretRow row, reachable_secret(tx, actor, Permission::kConfigure, id));
    STRONGROOM_CHECK(find_value(tx, row, value));
    if (row.current_value == value.uuid) return read_secret(tx, row);
    row.current_value = value.uuid;
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    STRONGROOM_CHECK(record(context_, tx, actor,
                            secret_change(Action::kSecretValueReplaced, row, {"current_value"})));
    return read_secret(tx, row);
  });
}

// Takes something away, so it works while the audit trail cannot be written.
Result<StoredSecret> Secrets::drop_value(const Actor& actor, SecretId id, SecretValueId value) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return storage::write<StoredSecret>(context_.store, [&](Transaction& tx) -> Result<StoredSecret> {
    STRONGROOM_TRY(SecretRow row, reachable_secret(tx, actor, Permission::kConfigure, id));
    STRONGROOM_CHECK(find_value(tx, row, value));
    if (row.current_value == value.uuid) {
      return Error{Code::kConflict,
                   "Robots get this value: make the other one current first, or delete the secret.",
                   {},
                   "in_use"};
    }
    touch(row.stamps, context_.clock.now());
    STRONGROOM_CHECK(storage::delete_secret_value(tx, value.uuid));
    STRONGROOM_CHECK(update_row(context_, tx, row));
    STRONGROOM_CHECK(put_secret_on_commit(context_, index_, tx, row));
    STRONGROOM_CHECK(
        record(context_, tx, actor, secret_change(Action::kSecretValueDropped, row, {"value"})));
    return read_secret(tx, row);
  });
}

}  // namespace strongroom::vault
