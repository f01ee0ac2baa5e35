#include "cli/forecast_command.h"

#include <array>
#include <iostream>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::cli {
namespace {

namespace json = boost::json;

constexpr std::array kColumns{
    Column{"ENDS", "ends_at"},         Column{"CAUSE", "cause"},
    Column{"CLIENT", "label"},         Column{"TARGET SYSTEM", "target_system_name"},
    Column{"PROJECT", "project_name"}, Column{"CLIENTS", "clients"},
    Column{"OWNER", "owner"},          Column{"ROBOTS", "robots"}};

std::string robots_of(const json::object& item) {
  std::string robots;
  for (const json::value& one : item.at("robots").as_array()) {
    if (!robots.empty()) robots.append(", ");
    robots.append(std::string_view(one.as_object().at("path").as_string()));
  }
  if (item.at("more_robots").as_bool()) robots.append(", ...");
  return robots;
}

// With a text for what is an object or a list.
json::array shown(const json::array& items) {
  json::array rows;
  rows.reserve(items.size());
  for (const json::value& item : items) {
    json::object row = item.as_object();
    row["robots"] = robots_of(item.as_object());
    row["owner"] = item.as_object().at("owner").as_object().at("email");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

ExitCode forecast(Session& session, const ForecastOptions& options) {
  QueryParameters query;
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) query.emplace_back(name, *value);
  };
  add("within", options.within);
  add("owner", options.owner);
  add("page", options.page);
  add("page_size", options.page_size);
  const auto answer = session.rest.call("GET", "/forecast", query);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || session.format == Format::kJson) return print(session, *answer);
  const auto document = parse_json(answer->body.reveal());
  if (!document) return report_error(document.error());
  const json::object& page = document->as_object();
  const json::array& items = page.at("items").as_array();
  std::cout << table(shown(items), kColumns);
  const auto total = page.at("total").to_number<std::int64_t>();
  if (std::cmp_not_equal(total, items.size())) {
    std::cerr << items.size() << " of " << total << "; more with --page and --page-size\n";
  }
  return ExitCode::kDone;
}

}  // namespace strongroom::cli
