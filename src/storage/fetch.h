#pragma once
// Rows as our own structs.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace strongroom::storage {

// All rows, each made by `make(Rows&) -> T` from the current one.
//
//   return fetch_all<Robot>(snapshot, "SELECT id, name FROM robots WHERE path = ?",
//                           std::array{to_value(path)}, read_robot);
//
// Errors: as Snapshot::query(); kCorrupt where a column did not hold what `make` asked for.
template <class T, class Make>
Result<std::vector<T>> fetch_all(Snapshot& snapshot, std::string_view sql,
                                 std::span<const Value> values, Make&& make) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, snapshot.query(sql, values));
  std::vector<T> all;
  while (rows->next()) all.push_back(make(*rows));
  STRONGROOM_CHECK(rows->status());
  return all;
}
template <class T, class Make>
Result<std::vector<T>> fetch_all(Snapshot& snapshot, std::string_view sql,
                                 std::initializer_list<Value> values, Make&& make) {
  return fetch_all<T>(snapshot, sql, std::span(values.begin(), values.size()),
                      std::forward<Make>(make));
}

// The first row, or nullopt when there is none. Errors: as fetch_all().
template <class T, class Make>
Result<std::optional<T>> fetch_one(Snapshot& snapshot, std::string_view sql,
                                   std::initializer_list<Value> values, Make&& make) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, snapshot.query(sql, values));
  std::optional<T> one;
  if (rows->next()) one.emplace(make(*rows));
  STRONGROOM_CHECK(rows->status());
  return one;
}

// The integer that a SELECT COUNT(*) or the like answers; 0 when there is no row.
Result<std::int64_t> fetch_integer(Snapshot& snapshot, std::string_view sql,
                                   std::span<const Value> values = {});

}  // namespace strongroom::storage
