#include "storage/mac_watch.h"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "storage/sqlite_connection.h"
#include "storage/sqlite_error.h"

namespace strongroom::storage {
namespace {

std::string trigger(std::size_t table, std::string_view name, std::string_view when,
                    std::string_view arguments) {
  std::string sql("CREATE TEMP TRIGGER ");
  sql.append(kMacTables[table]).append("_").append(name).append(" AFTER ").append(when);
  sql.append(" ON main.").append(kMacTables[table]);
  sql.append(" BEGIN SELECT strongroom_mac_changed(").append(std::to_string(table)).append(", ");
  return sql.append(arguments).append("); END");
}

}  // namespace

// What the triggers call: strongroom_mac_changed(table, before, after).
struct MacWatch::Function {
  static std::string bytes(sqlite3_value* value) {
    const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
    return data == nullptr
               ? std::string()
               : std::string(data, static_cast<std::size_t>(sqlite3_value_bytes(value)));
  }

  static bool is_value(std::span<const Value> values, std::string_view mac) {
    return std::ranges::any_of(values, [&](const Value& value) {
      const auto* const blob = std::get_if<Blob>(&value);
      return blob != nullptr && blob->bytes == mac;
    });
  }

  static void call(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
    auto& watch = *static_cast<MacWatch*>(sqlite3_user_data(context));
    MacChange change{.table = static_cast<std::size_t>(sqlite3_value_int(arguments[0])),
                     .before = bytes(arguments[1]),
                     .after = bytes(arguments[2])};
    const bool is_gone = sqlite3_value_type(arguments[2]) == SQLITE_NULL;
    if (!is_gone && !is_value(watch.values_, change.after)) {
      return sqlite3_result_error(context, "a MAC came from elsewhere", -1);
    }
    watch.changes_.push_back(std::move(change));
  }
};

Result<std::unique_ptr<MacWatch>> MacWatch::install(Connection& connection) {
  std::unique_ptr<MacWatch> watch(new MacWatch());
  sqlite3* const database = connection.handle();
  // The triggers of this connection go on working: SQLite, "SQLITE_DBCONFIG_ENABLE_TRIGGER".
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  const int code =
      sqlite3_create_function_v2(database, "strongroom_mac_changed", 3, SQLITE_UTF8, watch.get(),
                                 &Function::call, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(code, database);
  STRONGROOM_CHECK(connection.run_script("PRAGMA temp_store=MEMORY"));
  for (std::size_t i = 0; i < kMacTables.size(); ++i) {
    STRONGROOM_CHECK(connection.run_script(trigger(i, "mac_in", "INSERT", "NULL, NEW.mac")));
    STRONGROOM_CHECK(connection.run_script(trigger(i, "mac_out", "DELETE", "OLD.mac, NULL")));
    STRONGROOM_CHECK(
        connection.run_script(trigger(i, "mac_new", "UPDATE OF mac", "OLD.mac, NEW.mac")));
  }
  return watch;
}

void MacWatch::statement_begins(std::span<const Value> values) {
  values_ = values;
  before_statement_ = changes_.size();
}

void MacWatch::statement_ended(bool done) {
  values_ = {};
  if (!done) changes_.resize(before_statement_);
}

std::vector<MacChange> MacWatch::take() { return std::exchange(changes_, {}); }

Status for_each_mac(Snapshot& snapshot, std::size_t table,
                    UniqueFunction<Status(std::string_view mac)> each) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows,
                 snapshot.query("SELECT mac FROM " + std::string(kMacTables[table])));
  while (rows->next()) {
    const std::string_view mac = rows->bytes(0);
    STRONGROOM_CHECK(rows->status());
    STRONGROOM_CHECK(each(mac));
  }
  return rows->status();
}

}  // namespace strongroom::storage
