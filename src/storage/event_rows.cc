#include "storage/event_rows.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "storage/fetch.h"
#include "storage/migrations.h"
#include "storage/sqlite_readers.h"

namespace strongroom::storage {
namespace {

EventRow read_row(Rows& rows) {
  return {rows.integer(0), rows.uuid(1), std::string(rows.text(2)), std::string(rows.bytes(3))};
}

CheckpointRow read_checkpoint(Rows& rows) { return {rows.integer(0), std::string(rows.text(1))}; }

// A trail that was last written by a version before them has none, and can be verified as well.
Result<bool> has_checkpoints(Snapshot& snapshot) {
  STRONGROOM_TRY(const auto tables, fetch_integer(snapshot,
                                                  "SELECT COUNT(*) FROM sqlite_schema WHERE name = "
                                                  "'trail_start'"));
  return tables > 0;
}

std::string conditions(const EventFilter& filter, std::vector<Value>& values) {
  std::string sql;
  const auto add = [&](std::string_view condition) {
    sql.append(sql.empty() ? " WHERE " : " AND ").append(condition);
  };
  const auto add_edge = [&](std::string_view condition, const std::string& edge) {
    if (edge.empty()) return;
    add(condition);
    values.insert(values.end(), {Value(filter.window.position), Value(filter.window.length),
                                 Value(std::string_view(edge))});
  };
  add_edge("substr(body, ?, ?) >= ?", filter.window.from);
  add_edge("substr(body, ?, ?) < ?", filter.window.before);
  for (const std::string& fragment : filter.fragments) {
    add("instr(body, ?) > 0");
    values.emplace_back(std::string_view(fragment));
  }
  for (const std::string& word : filter.words) {
    add("instr(lower(body), lower(?)) > 0");
    values.emplace_back(std::string_view(word));
  }
  if (filter.projects) {
    // A body that names no project has another text there, which is no id.
    std::string among = "substr(body, instr(body, '\"project_id\":\"') + 14, 36) IN (";
    for (const std::string& project : *filter.projects) {
      among.append(among.ends_with('(') ? "?" : ", ?");
      values.emplace_back(std::string_view(project));
    }
    add(among.append(")"));
  }
  return sql;
}

}  // namespace

Result<std::vector<EventRow>> list_events(Snapshot& snapshot, const EventFilter& filter) {
  std::vector<Value> values;
  const std::string where = conditions(filter, values);
  std::string sql = "SELECT sequence, id, body, hash FROM events" + where;
  // What is up to the start is about to be removed, and no part of the chain.
  sql.append(where.empty() ? " WHERE " : " AND ")
      .append("sequence > COALESCE((SELECT sequence FROM trail_start), 0)");
  if (filter.before_sequence > 0) {
    sql.append(" AND sequence < ?");
    values.emplace_back(filter.before_sequence);
  }
  if (filter.after_sequence) {
    sql.append(" AND sequence > ?");
    values.emplace_back(*filter.after_sequence);
  }
  values.emplace_back(static_cast<std::int64_t>(filter.limit));
  sql.append(filter.after_sequence ? " ORDER BY sequence LIMIT ?"
                                   : " ORDER BY sequence DESC LIMIT ?");
  return fetch_all<EventRow>(snapshot, sql, values, read_row);
}

// Without a condition the two ends tell: sequences have no gaps, and both are found at once.
Result<std::int64_t> count_events(Snapshot& snapshot, const EventFilter& filter) {
  std::vector<Value> values;
  const std::string where = conditions(filter, values);
  if (where.empty()) {
    return fetch_integer(snapshot,
                         "SELECT COALESCE((SELECT MAX(sequence) FROM events) - "
                         "MAX((SELECT MIN(sequence) FROM events) - 1, "
                         "COALESCE((SELECT sequence FROM trail_start), 0)), 0)");
  }
  return fetch_integer(snapshot,
                       "SELECT COUNT(*) FROM events" + where +
                           " AND sequence > COALESCE((SELECT sequence FROM trail_start), 0)",
                       values);
}

Result<std::vector<EventRow>> events_after(Snapshot& snapshot, std::int64_t sequence,
                                           std::size_t limit) {
  return fetch_all<EventRow>(
      snapshot,
      "SELECT sequence, id, body, hash FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
      {sequence, static_cast<std::int64_t>(limit)}, read_row);
}

Result<std::vector<CheckpointRow>> checkpoints_after(Snapshot& snapshot, std::int64_t sequence,
                                                     std::size_t limit) {
  STRONGROOM_TRY(const bool there, has_checkpoints(snapshot));
  if (!there) return std::vector<CheckpointRow>();
  return fetch_all<CheckpointRow>(
      snapshot,
      "SELECT sequence, text FROM checkpoints WHERE sequence > ? ORDER BY sequence LIMIT ?",
      {sequence, static_cast<std::int64_t>(limit)}, read_checkpoint);
}

Result<std::optional<CheckpointRow>> last_checkpoint(Snapshot& snapshot) {
  return fetch_one<CheckpointRow>(
      snapshot, "SELECT sequence, text FROM checkpoints ORDER BY sequence DESC LIMIT 1", {},
      read_checkpoint);
}

// Walks the events from the front up to the first that is not older, which is mostly near. A clock
// that was put back for a while keeps more, and never removes what is newer.
Result<std::optional<CheckpointRow>> last_checkpoint_before(Snapshot& snapshot,
                                                            const EventFilter::Window& window) {
  return fetch_one<CheckpointRow>(
      snapshot,
      "SELECT sequence, text FROM checkpoints WHERE sequence < COALESCE("
      "(SELECT sequence FROM events WHERE substr(body, ?, ?) >= ? ORDER BY sequence LIMIT 1), "
      "9223372036854775807) ORDER BY sequence DESC LIMIT 1",
      {window.position, window.length, std::string_view(window.before)}, read_checkpoint);
}

Result<std::int64_t> count_checkpoints(Snapshot& snapshot) {
  return fetch_integer(snapshot, "SELECT COUNT(*) FROM checkpoints");
}

Result<std::optional<TrailStartRow>> trail_start(Snapshot& snapshot) {
  STRONGROOM_TRY(const bool there, has_checkpoints(snapshot));
  if (!there) return std::optional<TrailStartRow>();
  return fetch_one<TrailStartRow>(
      snapshot, "SELECT sequence, hash FROM trail_start", {}, [](Rows& rows) {
        return TrailStartRow{rows.integer(0), std::string(rows.bytes(1))};
      });
}

Result<std::vector<KeyUseRow>> key_uses(Snapshot& snapshot) {
  return fetch_all<KeyUseRow>(snapshot, "SELECT key_id, uses FROM key_uses", {}, [](Rows& rows) {
    return KeyUseRow{rows.uuid(0), rows.integer(1)};
  });
}

Result<std::vector<EventRow>> last_events(Snapshot& snapshot, std::size_t count) {
  STRONGROOM_TRY(const bool has_start, has_checkpoints(snapshot));
  Result<std::vector<EventRow>> rows = [&] {
    if (has_start) return list_events(snapshot, {.limit = count});
    return fetch_all<EventRow>(
        snapshot, "SELECT sequence, id, body, hash FROM events ORDER BY sequence DESC LIMIT ?",
        {static_cast<std::int64_t>(count)}, read_row);
  }();
  if (rows) std::ranges::reverse(*rows);
  return rows;
}

class EventReader::Impl {
 public:
  explicit Impl(const std::string& path) : readers(path, "", 1) {}
  SqliteReaders readers;
};

EventReader::EventReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader::~EventReader() = default;

Result<EventReader> EventReader::open(const std::string& path) {
  std::error_code why;
  if (!std::filesystem::is_regular_file(path, why)) {
    return Error{Code::kUnavailable, "there is no audit database here", path};
  }
  EventReader reader(std::make_unique<Impl>(path));
  STRONGROOM_CHECK(reader.read([](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto id, fetch_integer(snapshot, "PRAGMA application_id"));
    if (id == static_cast<std::int64_t>(audit_schema().application_id)) return {};
    return Error{Code::kCorrupt, "this file is not an audit database",
                 "application_id " + std::to_string(id)};
  }));
  return reader;
}

Status EventReader::read(UniqueFunction<Status(Snapshot&)> work) {
  return impl_->readers.read(std::move(work));
}

}  // namespace strongroom::storage
