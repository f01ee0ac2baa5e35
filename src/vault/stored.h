#pragma once
// What the nouns of the vault do alike with their rows: finding, revisions, deleting and restoring.

#include <optional>
#include <utility>

#include "base/unicode.h"
#include "storage/row_list.h"
#include "vault/list.h"
#include "vault/types.h"

namespace strongroom::vault {

// How long something that was deleted can be restored.
inline constexpr Milliseconds kUndoWindow = std::chrono::hours(7 * 24);

inline Error no_such_thing() {
  return Error{Code::kNotFound, "There is no such thing, or none that you may know of."};
}

inline Error no_such_project() {
  return Error{Code::kInvalidArgument, "There is no such project."}.at("/project");
}

inline Error duplicate(LiteralText message, const Uuid& existing, std::string field) {
  return Error{Code::kConflict, message, {}, "duplicate"}
      .with("existing_id", existing)
      .at(std::move(field));
}

inline Stamps to_stamps(const storage::RowStamps& row) {
  return {row.revision, row.created_at, row.updated_at, row.deleted_at};
}
inline storage::RowStamps new_stamps(WallTime now) {
  return {.revision = 1, .created_at = now, .updated_at = now, .deleted_at = {}};
}
// Notes one more change.
inline void touch(storage::RowStamps& stamps, WallTime now) {
  ++stamps.revision;
  stamps.updated_at = now;
}

// Whether a row belongs to something that was deleted; projects belong to nothing.
template <class Row>
bool is_hidden(const Row& row) {
  if constexpr (requires { row.hidden; }) return row.hidden;
  return false;
}

// The row, if it is there and neither it nor what it belongs to was deleted. Errors: kNotFound.
template <class Row>
Result<Row> living(Result<std::optional<Row>> found) {
  STRONGROOM_TRY(std::optional<Row> row, std::move(found));
  if (!row || row->stamps.deleted_at || is_hidden(*row)) return no_such_thing();
  return *std::move(row);
}

// The row, if it lives or may be brought back at `now`. Errors: kNotFound.
template <class Row>
Result<Row> restorable(Result<std::optional<Row>> found, WallTime now) {
  STRONGROOM_TRY(std::optional<Row> row, std::move(found));
  if (!row || is_hidden(*row)) return no_such_thing();
  const bool too_late = row->stamps.deleted_at && *row->stamps.deleted_at + kUndoWindow <= now;
  if (too_late) return no_such_thing();
  return *std::move(row);
}

// Errors: kPreconditionFailed, somebody else changed it first.
inline Status check_revision(const storage::RowStamps& stamps, Revision expected) {
  if (stamps.revision == expected) return {};
  return Error{Code::kPreconditionFailed, "Somebody else changed this since you read it."};
}

// Errors: kInvalidArgument at "page_size" or "offset".
inline Result<storage::RowListRequest> row_list_request(const ListQuery& query) {
  if (query.page_size < 1 || query.page_size > kMaxPageSize) {
    return Error{Code::kInvalidArgument, "A page has 1 to 1,000 items."}.at("page_size");
  }
  if (query.offset < 0) {
    return Error{Code::kInvalidArgument, "An offset is not negative."}.at("offset");
  }
  return storage::RowListRequest{.filter_key = name_key(query.filter),
                                 .sort = query.sort,
                                 .offset = query.offset,
                                 .limit = query.page_size,
                                 .deleted = query.deleted};
}

}  // namespace strongroom::vault
