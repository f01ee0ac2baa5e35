#include "api/list_request.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kLastPage = 1'000'000'000;  // times kMaxPageSize still fits into 64 bits
constexpr std::size_t kLongestFilter = 512;

}  // namespace

PageRequest read_page(QueryReader& query) {
  PageRequest page;
  page.page = query.number("page", 1, kLastPage).value_or(page.page);
  page.page_size = query.number("page_size", 1, vault::kMaxPageSize).value_or(page.page_size);
  return page;
}

std::string read_filter(QueryReader& query) {
  std::string filter = query.text_or_nothing("filter").value_or("");
  if (filter.size() > kLongestFilter) query.refuse("filter", "This is too long.");
  return filter;
}

ListRequest read_list(QueryReader& query) {
  ListRequest list;
  list.page = read_page(query);
  list.query.offset = list.page.offset();
  list.query.page_size = list.page.page_size;
  list.query.filter = read_filter(query);
  list.query.sort = query.text("sort").value_or("");  // what it may be, each list knows itself
  return list;
}

void begin_page(JsonWriter& json) {
  json.begin_object();
  json.begin_array("items");
}

void end_page(JsonWriter& json, std::int64_t total, const PageRequest& page) {
  json.end_array();
  json.member("total", total);
  json.member("page", page.page);
  json.member("page_size", page.page_size);
  json.end_object();
}

}  // namespace strongroom::api
