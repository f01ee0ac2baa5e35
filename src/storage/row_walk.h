#pragma once
// Statements that the nouns' files have in common.

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/fetch.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

// Calls `each` with every row that `sql` finds, made by `make(Rows&)`, without holding them all.
// Its error ends the walk and is answered.
template <class Make, class Each>
Status for_each_row(Snapshot& snapshot, std::string_view sql, Make make, Each& each) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, snapshot.query(sql));
  while (rows->next()) {
    const auto row = make(*rows);
    STRONGROOM_CHECK(rows->status());
    STRONGROOM_CHECK(each(row));
  }
  return rows->status();
}

// The ids that `sql` finds: all of them, or the first.
inline Result<std::vector<Uuid>> fetch_ids(Snapshot& snapshot, std::string_view sql,
                                           std::initializer_list<Value> values) {
  return fetch_all<Uuid>(snapshot, sql, values, [](Rows& rows) { return rows.uuid(0); });
}
inline Result<std::optional<Uuid>> fetch_id(Snapshot& snapshot, std::string_view sql,
                                            std::initializer_list<Value> values) {
  return fetch_one<Uuid>(snapshot, sql, values, [](Rows& rows) { return rows.uuid(0); });
}
inline Result<std::int64_t> fetch_count(Snapshot& snapshot, std::string_view sql,
                                        std::initializer_list<Value> values) {
  return fetch_integer(snapshot, sql, std::span(values.begin(), values.size()));
}

// Runs `sql`, whatever the number of rows that it changes.
inline Status run(Transaction& tx, std::string_view sql, std::initializer_list<Value> values) {
  STRONGROOM_CHECK(tx.execute(sql, values));
  return {};
}

// The page of `list` that `request` asks for, and the count of all: `known`, or counted now. Behind
// a page that has room left there is nothing to be counted.
template <class Row, class List, class Make>
Result<RowPage<Row>> fetch_page(Snapshot& snapshot, List& list, const RowListRequest& request,
                                Make make, std::optional<std::int64_t> known = {}) {
  list.page(request.offset, request.limit);
  RowPage<Row> page;
  if (!known && list.is_walked_once()) {
    STRONGROOM_TRY(const auto ids, list.pick(snapshot));
    const auto found = static_cast<std::int64_t>(ids.size());
    if (found > 0 || request.offset == 0) {
      page.total = request.offset + found;
      if (found > 0 && found == request.limit) {
        STRONGROOM_TRY(const std::int64_t rest, list.count_after(snapshot, ids.back()));
        page.total += rest;
      }
      STRONGROOM_TRY(page.rows, list.template fetch_picked<Row>(snapshot, ids, make));
      return page;
    }
  }
  if (!known && request.offset > 0) {
    STRONGROOM_TRY(known, list.count(snapshot));
  }
  if (known) list.of(*known);
  STRONGROOM_TRY(page.rows, list.template fetch<Row>(snapshot, make));
  const auto found = static_cast<std::int64_t>(page.rows.size());
  if (!known && found < request.limit) {
    known = found;
  } else if (!known) {
    STRONGROOM_TRY(known, list.count(snapshot));
  }
  page.total = *known;
  return page;
}

}  // namespace strongroom::storage
