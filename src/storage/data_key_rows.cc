#include "storage/data_key_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

DataKeyRow read_key(Rows& rows) {
  return {.id = rows.uuid(0),
          .scope = rows.uuid(1),
          .wrapped = std::string(rows.bytes(2)),
          .seals_reserved = rows.integer(3),
          .created_at = rows.time(4),
          .wrapped_before = rows.is_null(5) ? std::string() : std::string(rows.bytes(5))};
}

Value maybe_blob(std::string_view bytes) {
  if (bytes.empty()) return std::monostate{};
  return Blob{bytes};
}

Error no_such_key(const Uuid& id) {
  return Error{Code::kNotFound, "There is no such encryption key.", "data key " + id.text()};
}

}  // namespace

Result<std::vector<DataKeyRow>> all_data_keys(Snapshot& snapshot) {
  return fetch_all<DataKeyRow>(
      snapshot,
      "SELECT id, scope, wrapped, seals_reserved, created_at, wrapped_before FROM data_keys "
      "ORDER BY created_at, id",
      {}, read_key);
}

Status insert_data_key(Transaction& tx, const DataKeyRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO data_keys (id, scope, wrapped, seals_reserved, created_at, "
                 "wrapped_before) VALUES (?, ?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.scope), Blob{row.wrapped}, row.seals_reserved,
                  to_value(row.created_at), maybe_blob(row.wrapped_before)}));
  return {};
}

Status reserve_seals(Transaction& tx, const Uuid& id, std::int64_t seals_reserved) {
  STRONGROOM_TRY(const std::int64_t found,
                 tx.execute("UPDATE data_keys SET seals_reserved = CASE WHEN seals_reserved < ? "
                            "THEN ? ELSE seals_reserved END WHERE id = ?",
                            {seals_reserved, seals_reserved, to_value(id)}));
  return found == 0 ? Status(no_such_key(id)) : Status();
}

Status rewrap_data_key(Transaction& tx, const Uuid& id, std::string_view wrapped,
                       std::string_view wrapped_before) {
  STRONGROOM_TRY(const std::int64_t found,
                 tx.execute("UPDATE data_keys SET wrapped = ?, wrapped_before = ? WHERE id = ?",
                            {Blob{wrapped}, maybe_blob(wrapped_before), to_value(id)}));
  return found == 0 ? Status(no_such_key(id)) : Status();
}

Status drop_former_wrappings(Transaction& tx) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE data_keys SET wrapped_before = NULL WHERE wrapped_before IS NOT NULL"));
  return {};
}

Status delete_data_key(Transaction& tx, const Uuid& id) {
  STRONGROOM_TRY(const std::int64_t found,
                 tx.execute("DELETE FROM data_keys WHERE id = ?", {to_value(id)}));
  return found == 0 ? Status(no_such_key(id)) : Status();
}

Result<std::optional<RootKeyRow>> find_root_key(Snapshot& snapshot) {
  return fetch_one<RootKeyRow>(
      snapshot,
      "SELECT root_id, rotated_at, next_root, recovery_root_id, recovery_exported_at "
      "FROM root_keys WHERE id = 1",
      {}, [](Rows& rows) {
        return RootKeyRow{.root_id = std::string(rows.text(0)),
                          .rotated_at = rows.maybe_time(1),
                          .next_root = rows.is_null(2) ? std::string() : std::string(rows.bytes(2)),
                          .recovery_root_id = std::string(rows.text(3)),
                          .recovery_exported_at = rows.maybe_time(4)};
      });
}

Status put_root_key(Transaction& tx, const RootKeyRow& row) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM root_keys WHERE id = 1"));
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO root_keys (id, root_id, rotated_at, next_root, recovery_root_id, "
                 "recovery_exported_at) VALUES (1, ?, ?, ?, ?, ?)",
                 {row.root_id, to_value(row.rotated_at), maybe_blob(row.next_root),
                  row.recovery_root_id, to_value(row.recovery_exported_at)}));
  return {};
}

Result<std::vector<KeyRotationRow>> all_key_rotations(Snapshot& snapshot) {
  return fetch_all<KeyRotationRow>(
      snapshot,
      "SELECT scope, started_at, total FROM data_key_rotations ORDER BY started_at, scope", {},
      [](Rows& rows) {
        return KeyRotationRow{
            .scope = rows.uuid(0), .started_at = rows.time(1), .total = rows.integer(2)};
      });
}

Status insert_key_rotation(Transaction& tx, const KeyRotationRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO data_key_rotations (scope, started_at, total) VALUES (?, ?, ?)",
                 {to_value(row.scope), to_value(row.started_at), row.total}));
  return {};
}

Status delete_key_rotation(Transaction& tx, const Uuid& scope) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM data_key_rotations WHERE scope = ?", {to_value(scope)}));
  return {};
}

}  // namespace strongroom::storage
