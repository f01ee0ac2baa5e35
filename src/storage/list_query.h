#pragma once
// The SQL of a list: filtered, sorted and paged, and the exact count of what the filter lets
// through.
//
// SQL is put together from literals only; what a request sends is bound, never spliced. So a filter
// or a sort key cannot be an injection, and a column that is not named here cannot be sorted by.
//
//   constexpr SortKey kKeys[] = {{"name", "r.name_key"}, {"created_at", "r.created_at"}};
//   ListQuery list("r.id, r.name", "robots r", "r.id");
//   list.where("r.deleted_at IS NULL").where("r.project_id = ?", to_value(project));
//   list.where_name_matches("r.name_key", folded_filter);
//   STRONGROOM_CHECK(list.sort_by(kKeys, query.sort, "name"));
//   list.page(query.offset, query.page_size);
//   STRONGROOM_TRY(page.total, list.count(snapshot));
//   STRONGROOM_TRY(page.items, list.fetch<Robot>(snapshot, read_robot));

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "storage/fetch.h"
#include "storage/store.h"

namespace strongroom::storage {

// A name that a request may sort by, and the expression behind it.
struct SortKey {
  LiteralText name;
  LiteralText sql;
};

// A GLOB pattern for what a person typed into a filter: '?' is one character, '*' any number of
// them, and then the whole value must match; without either, a part of the value. '[' stands for
// itself. (Walked over a million names it costs half of what LIKE and instr() do.)
std::string glob_pattern(std::string_view filter);

// Built and used by one thread. Keeps copies of all values.
class ListQuery {
 public:
  // `columns` FROM `source`, which may be joins; `id` is unique among the rows and breaks ties.
  ListQuery(LiteralText columns, LiteralText source, LiteralText id)
      : columns_(columns), source_(source), picked_(source), id_(id) {}

  // Picks the page, and counts, in `table` alone (a table of `source`, with its alias), and joins
  // only the rows of the page with the rest: in a long list nothing else can be walked fast enough.
  // Conditions, sort keys and `id` may name columns of that table only.
  ListQuery& pick_from(LiteralText table);

  // Conditions are joined by AND. One '?' for each value.
  ListQuery& where(LiteralText condition);
  ListQuery& where(LiteralText condition, const Value& value);
  ListQuery& where(LiteralText condition, std::span<const Value> values);

  // `column` is `value`. The page is walked in the order of its sort key nevertheless: an index on
  // this column would find rows that then had to be sorted. Only counting uses one.
  ListQuery& where_equal(LiteralText column, const Value& value);

  // Adds the condition that `column` matches `filter` (see glob_pattern); nothing if it is empty.
  // Comparing is plain: give a column that holds name_key() and a filter that went through it, so
  // that case is ignored beyond ASCII and in every database.
  ListQuery& where_name_matches(LiteralText column, std::string_view filter);

  // `column`, an integer, is one of these.
  ListQuery& where_one_of(LiteralText column, const std::vector<std::int64_t>& numbers);

  // `column`, an id, is one of these; nullopt: whatever it is.
  enum class OrNull : std::uint8_t { kNo, kYes };
  ListQuery& where_within(LiteralText column, const std::optional<std::vector<Uuid>>& ids,
                          OrNull or_null = OrNull::kNo);

  // Sorts by the key called `wanted`, descending if it starts with '-'; by `otherwise`, which may
  // have the '-' too, if it is empty. Ties go the same way, so that one index serves both.
  //
  // Errors: kInvalidArgument, at "sort", when no key has that name
  Status sort_by(std::span<const SortKey> keys, std::string_view wanted, LiteralText otherwise);

  // Skips `offset` rows and answers at most `limit`. Negative numbers count as 0.
  ListQuery& page(std::int64_t offset, std::int64_t limit);
  // How many rows there are, if that is known: after pick_from(), a page of the latter half is then
  // walked to from the end.
  ListQuery& of(std::int64_t total);

  // After pick_from(): the ids of the page's rows, and how many rows come after the one with that
  // id. Together they walk the list once, where count() and fetch() walk it twice. Errors: as
  // Snapshot::query().
  Result<std::vector<Uuid>> pick(Snapshot& snapshot) const;
  Result<std::int64_t> count_after(Snapshot& snapshot, const Uuid& last) const;
  // The rows with these ids.
  template <class T, class Make>
  Result<std::vector<T>> fetch_picked(Snapshot& snapshot, const std::vector<Uuid>& ids,
                                      Make&& make) const {
    std::vector<T> rows;
    for (const Uuid& id : ids) {
      const Value value[] = {to_value(id)};
      STRONGROOM_TRY(std::vector<T> found, fetch_all<T>(snapshot, row_sql(), value, make));
      for (T& row : found) rows.push_back(std::move(row));
    }
    return rows;
  }
  // Whether that is worth it: a first page of what only compares whole columns is found at once,
  // and all of it is counted faster by another index.
  bool is_walked_once() const { return is_picked() && (has_name_filter_ || offset_ > 0); }

  std::string pick_sql() const;
  std::string count_after_sql() const;
  std::string row_sql() const;
  std::string page_sql() const;
  std::string count_sql() const;
  // Of both; the page's has two more: LIMIT and OFFSET. Valid until the query is changed.
  std::vector<Value> page_values() const;
  std::vector<Value> count_values() const;

  // How many rows the conditions let through, whatever the page. Errors: as Snapshot::query().
  Result<std::int64_t> count(Snapshot& snapshot) const {
    return fetch_integer(snapshot, count_sql(), count_values());
  }
  // The page, each row made by `make(Rows&) -> T`. Errors: as Snapshot::query().
  template <class T, class Make>
  Result<std::vector<T>> fetch(Snapshot& snapshot, Make&& make) const {
    return fetch_all<T>(snapshot, page_sql(), page_values(), std::forward<Make>(make));
  }

 private:
  struct OwnedBlob {
    std::string bytes;
  };
  using Owned = std::variant<std::monostate, std::int64_t, std::string, OwnedBlob>;
  static Owned own(const Value& value);
  static Value view(const Owned& value);

  struct Condition {
    std::string of_page;  // both made of literals, as is order_
    std::string of_count;
  };
  std::string conditions(std::string Condition::*form) const;
  std::string order(bool descending) const;
  bool is_picked() const { return picked_ != source_; }
  bool is_from_end() const { return is_picked() && total_ && offset_ > *total_ / 2; }

  LiteralText columns_;
  LiteralText source_;
  LiteralText picked_;
  LiteralText id_;
  std::vector<Condition> conditions_;
  std::vector<Owned> values_;
  bool has_name_filter_ = false;
  std::string order_;
  bool descending_ = false;
  std::optional<std::int64_t> total_;
  std::int64_t offset_ = 0;
  std::int64_t limit_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace strongroom::storage
