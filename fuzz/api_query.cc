// QueryReader and the paths of routes.
//
// The first line of an input is a path, the rest a query.
#include <algorithm>
#include <string>

#include "api/path_match.h"
#include "api/query_reader.h"
#include "base/unicode.h"
#include "fuzz/form.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

void check_text(std::string_view text) {
  require(is_utf8(text) && std::ranges::none_of(text, is_control), "a parameter is text");
}

void check_path(std::string_view path) {
  const auto raw = api::match_path("/api/v1/robots/{id}/keys/{key}", path);
  if (!raw) return;
  const std::string joined =
      "/api/v1/robots/" + std::string((*raw)[0]) + "/keys/" + std::string((*raw)[1]);
  require(joined == path, "the path is the pattern with its parameters");
  for (const std::string_view part : *raw) {
    require(!part.empty() && part.find('/') == std::string_view::npos, "one segment each");
  }
  if (const auto decoded = api::decode_parameters(*raw)) {
    for (const std::string& value : decoded->values) check_text(value);
  }
}

void check_query(std::string_view query) {
  auto reader = api::QueryReader::parse(query);
  if (!reader) {
    require(reader.error().code == Code::kInvalidArgument, "a bad query is an invalid argument");
    return;
  }
  const auto filter = reader->text_or_nothing("filter");
  const auto deleted = reader->flag("deleted");
  const auto page = reader->number("page", 1, 1000);
  const Status finished = reader->finish();
  if (!finished) {
    require(finished.error().code == Code::kInvalidArgument, "a bad query is an invalid argument");
    return;
  }
  if (filter) check_text(*filter);
  if (page) require(1 <= *page && *page <= 1000, "a number is within its limits");
  std::string again;
  const auto add = [&](std::string_view name, const std::string& value) {
    again += (again.empty() ? "" : "&") + form_body({{name, value}});
  };
  if (filter) add("filter", *filter);
  if (deleted) add("deleted", *deleted ? "true" : "false");
  if (page) add("page", std::to_string(*page));
  auto second = api::QueryReader::parse(again);
  require(second.has_value() && second->text_or_nothing("filter") == filter &&
              second->flag("deleted") == deleted && second->number("page", 1, 1000) == page &&
              second->finish().has_value(),
          "written and read, it is the same");
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  check_path(rest.line());
  check_query(rest.rest());
}

}  // namespace strongroom::fuzz
