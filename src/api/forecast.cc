#include "api/forecast.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "api/need.h"
#include "api/resource.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kMostDays = 365;
constexpr std::int64_t kUsualDays = 30;

struct Parts {
  const Services& services;
  vault::Forecasts& forecasts;
};

void write_robots(JsonWriter& json, const vault::ForecastEntry& entry) {
  json.begin_array("robots");
  for (const vault::ForecastReader& reader : entry.robots) {
    json.begin_object();
    json.member("robot", reader.robot);
    json.member("path", reader.path);
    json.member("last_used_at", reader.last_used_at);
    json.end_object();
  }
  json.end_array();
  json.member("more_robots", entry.more_robots);
}

void write_entry(JsonWriter& json, Names& names, const vault::ForecastEntry& entry, WallTime now) {
  json.begin_object();
  json.member("ends_at", entry.ends_at);
  json.member("cause", to_text(entry.cause));
  json.member("warning_days", vault::warning_days(entry.ends_at - now));
  json.member("oauth_client", entry.client);
  if (entry.client) {
    json.member("label", entry.name);
  } else {
    json.member("label", nullptr);
  }
  json.member("target_system", entry.target_system);
  json.member("target_system_name", entry.client ? names.of(entry.target_system) : entry.name);
  json.member("project", entry.project);
  if (entry.project) {
    json.member("project_name", names.of(*entry.project));
  } else {
    json.member("project_name", nullptr);
  }
  json.begin_object("owner");
  json.member("name", entry.owner.name);
  json.member("email", entry.owner.email);
  json.end_object();
  json.member("clients", entry.clients);
  write_robots(json, entry);
  json.end_object();
}

Result<http::Response> answer(const Parts& parts, const Call& call, QueryReader& query,
                              std::int64_t days) {
  const PageRequest page = read_page(query);
  const auto owner = query.text("owner");
  const auto named = query.text("project");
  STRONGROOM_CHECK(query.finish());
  std::optional<vault::ProjectId> project;
  if (named) {
    STRONGROOM_TRY(project, find_project(parts.services, call.actor(), *named, "project"));
  }
  const WallTime now = parts.services.clock.now();
  STRONGROOM_TRY(const auto found,
                 parts.forecasts.list(call.actor(), {.until = now + std::chrono::days(days),
                                                     .owner = owner,
                                                     .project = project,
                                                     .offset = page.offset(),
                                                     .page_size = page.page_size}));
  Names names(parts.services, call.actor());
  JsonWriter json;
  begin_page(json);
  for (const vault::ForecastEntry& entry : found.items) write_entry(json, names, entry, now);
  end_page(json, found.total, page);
  return json_response(json.take());
}

Result<http::Response> forecast(const Parts& parts, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const std::int64_t days = query.number("within", 1, kMostDays).value_or(kUsualDays);
  return answer(parts, call, query, days);
}

Result<http::Response> expiries(const Parts& parts, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  return answer(parts, call, query, vault::kWarningDays.back());
}

void write_end(JsonWriter& json, const std::optional<vault::Mortality::End>& end, WallTime now) {
  if (!end) return json.member("end", nullptr);
  json.begin_object("end");
  json.member("at", end->at);
  json.member("cause", to_text(end->cause));
  json.member("warning_days", vault::warning_days(end->at - now));
  json.end_object();
}

Result<http::Response> clocks(const Parts& parts, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(const vault::Mortality shown, parts.forecasts.clocks(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.member("access_token", shown.access_token);
  json.member("refresh_token_idle", shown.refresh_idle);
  json.member("refresh_token_absolute", shown.refresh_absolute);
  json.member("credential", shown.credential);
  write_end(json, shown.end, parts.services.clock.now());
  json.end_object();
  return json_response(json.take());
}

// What is asked for with this handler, and needs what need.cc says.
Status add(const Parts& parts, std::vector<Route>& routes, std::string_view pattern,
           std::string_view collection,
           Result<http::Response> (*handle)(const Parts& parts, const Call& call)) {
  Route route{
      "GET",      pattern,
      collection, Caller::kPerson,
      true,       answering([parts, handle](const Call& call) { return handle(parts, call); })};
  route.need = find_need(route.method, route.pattern);
  if (!route.need) {
    return Error{Code::kInternal, "A route does not say what it needs.", std::string(pattern)};
  }
  routes.push_back(std::move(route));
  return {};
}

}  // namespace

Status add_forecast_routes(const Services& services, vault::Forecasts& forecasts,
                           std::vector<Route>& routes) {
  const Parts parts{services, forecasts};
  STRONGROOM_CHECK(add(parts, routes, "/api/v1/forecast", {}, &forecast));
  STRONGROOM_CHECK(add(parts, routes, "/api/v1/expiries", {}, &expiries));
  return add(parts, routes, "/api/v1/oauth-clients/{id}/clocks", "/api/v1/oauth-clients", &clocks);
}

}  // namespace strongroom::api
