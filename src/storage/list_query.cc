#include "storage/list_query.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "base/overloaded.h"

namespace strongroom::storage {
namespace {

// As many as a power of two, the last one several times: few statements to be prepared.
std::size_t places_for(std::size_t count) { return count == 0 ? 0 : std::bit_ceil(count); }

// " IN (?, ?)" for `count` values, as places_for() says.
std::string in_list(std::size_t count) {
  std::string list(" IN (");
  for (std::size_t i = 0; i < places_for(count); ++i) list.append(i == 0 ? "?" : ", ?");
  return list.append(")");
}

}  // namespace

Result<std::int64_t> fetch_integer(Snapshot& snapshot, std::string_view sql,
                                   std::span<const Value> values) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, snapshot.query(sql, values));
  const std::int64_t number = rows->next() ? rows->integer(0) : 0;
  STRONGROOM_CHECK(rows->status());
  return number;
}

std::string glob_pattern(std::string_view filter) {
  const bool whole = filter.find_first_of("?*") != std::string_view::npos;
  std::string pattern = whole ? "" : "*";
  for (const char c : filter) {
    // Two in a row mean the same as one, and cost the matcher more.
    if (c == '*' && pattern.ends_with('*')) continue;
    if (c == '[') {
      pattern.append("[[]");
    } else {
      pattern.push_back(c);
    }
  }
  if (!whole) pattern.push_back('*');
  return pattern;
}

ListQuery::Owned ListQuery::own(const Value& value) {
  return std::visit(Overloaded{
                        [](std::monostate) { return Owned{std::monostate{}}; },
                        [](std::int64_t number) { return Owned{number}; },
                        [](std::string_view text) { return Owned{std::string(text)}; },
                        [](Blob blob) { return Owned{OwnedBlob{std::string(blob.bytes)}}; },
                    },
                    value);
}

Value ListQuery::view(const Owned& value) {
  return std::visit(Overloaded{
                        [](std::monostate) { return Value{std::monostate{}}; },
                        [](std::int64_t number) { return Value{number}; },
                        [](const std::string& text) { return Value{std::string_view(text)}; },
                        [](const OwnedBlob& blob) { return Value{Blob{blob.bytes}}; },
                    },
                    value);
}

ListQuery& ListQuery::pick_from(LiteralText table) {
  picked_ = table;
  return *this;
}

ListQuery& ListQuery::where(LiteralText condition) {
  return where(condition, std::span<const Value>());
}

ListQuery& ListQuery::where(LiteralText condition, const Value& value) {
  return where(condition, std::span(&value, 1));
}

ListQuery& ListQuery::where(LiteralText condition, std::span<const Value> values) {
  conditions_.push_back({std::string(condition.view()), std::string(condition.view())});
  std::ranges::transform(values, std::back_inserter(values_), own);
  return *this;
}

ListQuery& ListQuery::where_equal(LiteralText column, const Value& value) {
  const std::string name(column.view());
  conditions_.push_back({"+" + name + " = ?", name + " = ?"});
  values_.push_back(own(value));
  return *this;
}

// As where_equal(): with the plus no index of the column is used.
ListQuery& ListQuery::where_name_matches(LiteralText column, std::string_view filter) {
  if (filter.empty()) return *this;
  const std::string name(column.view());
  conditions_.push_back({"+" + name + " GLOB ?", name + " GLOB ?"});
  values_.emplace_back(glob_pattern(filter));
  has_name_filter_ = true;
  return *this;
}

ListQuery& ListQuery::where_one_of(LiteralText column, const std::vector<std::int64_t>& numbers) {
  const std::string condition = std::string(column.view()) + in_list(numbers.size());
  for (std::size_t i = 0; i < places_for(numbers.size()); ++i) {
    values_.emplace_back(numbers[std::min(i, numbers.size() - 1)]);
  }
  conditions_.push_back({condition, condition});
  return *this;
}

ListQuery& ListQuery::where_within(LiteralText column, const std::optional<std::vector<Uuid>>& ids,
                                   OrNull or_null) {
  if (!ids) return *this;
  std::string condition = std::string(column.view()) + in_list(ids->size());
  if (or_null == OrNull::kYes) condition.append(" OR ").append(column.view()).append(" IS NULL");
  for (std::size_t i = 0; i < places_for(ids->size()); ++i) {
    values_.emplace_back(OwnedBlob{std::string((*ids)[std::min(i, ids->size() - 1)].raw())});
  }
  conditions_.push_back({condition, condition});
  return *this;
}

Status ListQuery::sort_by(std::span<const SortKey> keys, std::string_view wanted,
                          LiteralText otherwise) {
  if (wanted.empty()) wanted = otherwise.view();
  const bool descending = wanted.starts_with('-');
  if (descending) wanted.remove_prefix(1);
  const auto key = std::ranges::find_if(
      keys, [&](const SortKey& candidate) { return candidate.name.view() == wanted; });
  if (key == keys.end()) {
    return Error{Code::kInvalidArgument,
                 "This list cannot be sorted by that; api.yaml says by what."}
        .at("sort");
  }
  order_.assign(key->sql.view());
  descending_ = descending;
  return {};
}

ListQuery& ListQuery::page(std::int64_t offset, std::int64_t limit) {
  offset_ = std::max<std::int64_t>(offset, 0);
  limit_ = std::max<std::int64_t>(limit, 0);
  return *this;
}

ListQuery& ListQuery::of(std::int64_t total) {
  total_ = total;
  return *this;
}

// Each condition stands in parentheses, so that an OR inside one stays inside.
std::string ListQuery::conditions(std::string Condition::*form) const {
  std::string text;
  for (const Condition& condition : conditions_) {
    text.append(text.empty() ? " WHERE (" : " AND (").append(condition.*form).append(")");
  }
  return text;
}

std::string ListQuery::order(bool descending) const {
  const std::string_view way = descending ? " DESC" : " ASC";
  std::string text(" ORDER BY ");
  if (!order_.empty()) text.append(order_).append(way).append(", ");
  return text.append(id_.view()).append(way);
}

std::string ListQuery::page_sql() const {
  const std::string page =
      conditions(&Condition::of_page) + order(descending_ != is_from_end()) + " LIMIT ? OFFSET ?";
  std::string sql = "SELECT ";
  sql.append(columns_.view()).append(" FROM ").append(source_.view());
  if (!is_picked()) return sql.append(page);
  sql.append(" WHERE ").append(id_.view()).append(" IN (SELECT ").append(id_.view());
  sql.append(" FROM ").append(picked_.view()).append(page).append(")");
  return sql.append(order(descending_));
}

std::string ListQuery::pick_sql() const {
  std::string sql = "SELECT ";
  sql.append(id_.view()).append(" FROM ").append(picked_.view());
  sql.append(conditions(&Condition::of_page)).append(order(descending_));
  return sql.append(" LIMIT ? OFFSET ?");
}

// The sort key of the row is read by the statement itself, whatever its type.
std::string ListQuery::count_after_sql() const {
  std::string place = order_;
  if (!place.empty()) place.append(", ");
  place.append(id_.view());
  std::string sql = "SELECT COUNT(*) FROM ";
  sql.append(picked_.view()).append(conditions(&Condition::of_page));
  sql.append(conditions_.empty() ? " WHERE (" : " AND (").append(place);
  sql.append(descending_ ? ") < (SELECT " : ") > (SELECT ").append(place).append(" FROM ");
  return sql.append(picked_.view()).append(" WHERE ").append(id_.view()).append(" = ?)");
}

std::string ListQuery::row_sql() const {
  std::string sql = "SELECT ";
  sql.append(columns_.view()).append(" FROM ").append(source_.view()).append(" WHERE ");
  return sql.append(id_.view()).append(" = ?");
}

Result<std::vector<Uuid>> ListQuery::pick(Snapshot& snapshot) const {
  std::vector<Value> values = count_values();
  values.emplace_back(limit_);
  values.emplace_back(offset_);
  return fetch_all<Uuid>(snapshot, pick_sql(), values, [](Rows& rows) { return rows.uuid(0); });
}

Result<std::int64_t> ListQuery::count_after(Snapshot& snapshot, const Uuid& last) const {
  std::vector<Value> values = count_values();
  values.push_back(to_value(last));
  return fetch_integer(snapshot, count_after_sql(), values);
}

std::string ListQuery::count_sql() const {
  std::string sql = "SELECT COUNT(*) FROM ";
  return sql.append(picked_.view()).append(conditions(&Condition::of_count));
}

std::vector<Value> ListQuery::count_values() const {
  std::vector<Value> values;
  values.reserve(values_.size() + 2);
  std::ranges::transform(values_, std::back_inserter(values), view);
  return values;
}

std::vector<Value> ListQuery::page_values() const {
  std::vector<Value> values = count_values();
  if (is_from_end()) {
    const std::int64_t left = std::max<std::int64_t>(*total_ - offset_, 0);
    const std::int64_t limit = std::min(limit_, left);
    values.emplace_back(limit);
    values.emplace_back(left - limit);
  } else {
    values.emplace_back(limit_);
    values.emplace_back(offset_);
  }
  return values;
}

}  // namespace strongroom::storage
