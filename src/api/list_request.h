#pragma once
// What every list takes, and how every list is answered.

#include <cstdint>
#include <string>

#include "api/json_writer.h"
#include "api/query_reader.h"
#include "vault/list.h"

namespace strongroom::api {

struct PageRequest {
  std::int64_t page = 1;
  std::int64_t page_size = 50;

  std::int64_t offset() const { return (page - 1) * page_size; }
};

// `page` and `page_size`.
PageRequest read_page(QueryReader& query);

// `filter`; empty: all.
std::string read_filter(QueryReader& query);

// All of that, and `sort`, into a ListQuery.
struct ListRequest {
  vault::ListQuery query;
  PageRequest page;
};
ListRequest read_list(QueryReader& query);

// {"items": [ then one value for each item, then ], "total": …, "page": …, "page_size": …}
void begin_page(JsonWriter& json);
void end_page(JsonWriter& json, std::int64_t total, const PageRequest& page);

}  // namespace strongroom::api
