#include "api/calendar.h"

#include <chrono>
#include <string>
#include <utility>

#include "api/calendar_entry.h"
#include "api/content_coding.h"
#include "api/need.h"
#include "api/references.h"
#include "api/resource.h"
#include "notify/calendar.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kOwnPath = "/api/v1/calendar-feed";
constexpr std::string_view kFeedPath = "/calendar/";
constexpr std::string_view kSuffix = ".ics";
constexpr std::chrono::days kAhead{180};
constexpr std::int64_t kMostEntries = 1000;

// Whose calendar it is, with what they may do now. What is no address of anybody costs what one
// does, and is counted as a wrong key is.
Result<vault::Actor> reader_of(const CalendarParts& parts, const Call& call) {
  std::string_view token = call.path(0);
  const bool is_file = token.ends_with(kSuffix);
  if (is_file) token.remove_suffix(kSuffix.size());
  const auto user = parts.feeds.find(token);
  if (!is_file || !user) {
    if (const auto wait = parts.failed_attempts.failed(call.request().peer)) {
      return too_many_wrong_keys(*wait);
    }
    return Call::not_found();
  }
  vault::Actor actor = call.actor();
  actor.id = user->uuid;
  actor.grants = parts.services.rights.of(*user);
  return actor;
}

// Nothing ends for who sees nothing: their rights may come back, and the address is theirs still.
Result<std::vector<vault::ForecastEntry>> ends_for(const CalendarParts& parts,
                                                   const vault::Actor& actor, WallTime now) {
  if (!actor.need(Permission::kView)) return std::vector<vault::ForecastEntry>();
  STRONGROOM_TRY(auto found,
                 parts.forecasts.list(actor, {.until = now + kAhead, .page_size = kMostEntries}));
  return std::move(found.items);
}

Result<std::string> text_for(const CalendarParts& parts, const vault::Actor& actor) {
  const WallTime now = parts.services.clock.now();
  STRONGROOM_TRY(const auto ends, ends_for(parts, actor, now));
  const std::string console = parts.services.server.public_url();
  // Of the day, so that the text stays what it is while nothing changes.
  notify::Calendar calendar{.name = "Strongroom: what stops working",
                            .as_of = std::chrono::floor<std::chrono::days>(now)};
  calendar.entries.reserve(ends.size());
  Names names(parts.services, actor);
  for (const vault::ForecastEntry& entry : ends) {
    EntryNames named{.target_system = names.of(entry.target_system)};
    if (entry.project) named.project = names.of(*entry.project);
    calendar.entries.push_back(calendar_entry(entry, named, console));
  }
  return notify::icalendar_text(calendar);
}

Result<http::Response> show_calendar(const CalendarParts& parts, const Call& call) {
  STRONGROOM_TRY(const vault::Actor actor, reader_of(parts, call));
  STRONGROOM_TRY(std::string text, text_for(parts, actor));
  std::string tag = notify::icalendar_tag(text);
  http::Response response;
  response.content_type = "text/calendar; charset=utf-8";
  response.headers.push_back({"Cache-Control", "private, max-age=3600"});
  if (names_tag(call.request().header("If-None-Match"), tag)) {
    response.status = 304;
  } else {
    response.body = std::move(text);
  }
  response.headers.push_back({"ETag", std::move(tag)});
  return response;
}

Result<http::Response> show_feed(const CalendarParts& parts, const Call& call) {
  const auto made_at = parts.feeds.made_at(call.signed_in().user);
  JsonWriter json;
  json.begin_object();
  json.member("exists", made_at.has_value());
  json.member("created_at", made_at);
  json.end_object();
  return json_response(json.take());
}

// A first password was somebody else's as well, and the address would outlive it.
Status need_own_password(const Call& call) {
  if (!call.signed_in().must_change_password) return {};
  return Error{Code::kPermissionDenied, "Change the password first.", {}, "password_change_needed"};
}

Result<http::Response> make_feed(const CalendarParts& parts, const Call& call) {
  STRONGROOM_CHECK(need_own_password(call));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto token, parts.feeds.create(call.asker()));
  const std::string console = parts.services.server.public_url();
  std::string url;
  url.reserve(console.size() + kFeedPath.size() + token.reveal().size() + kSuffix.size());
  url.append(console).append(kFeedPath).append(token.reveal()).append(kSuffix);
  JsonWriter json;
  json.begin_object();
  json.member("url", url);
  json.end_object();
  wipe(url);
  http::Response response = json_response(json.take(), 201);
  response.secret = true;
  return response;
}

Result<http::Response> revoke_feed(const CalendarParts& parts, const Call& call) {
  STRONGROOM_CHECK(parts.feeds.revoke(call.asker()));
  return json_response("", 204);
}

using Handle = Result<http::Response>(const CalendarParts& parts, const Call& call);

// What is asked for with this handler, and needs what need.cc says.
Status add(const CalendarParts& parts, std::vector<Route>& routes, Route route, Handle* handle) {
  route.handle = answering([parts, handle](const Call& call) { return handle(parts, call); });
  route.need = find_need(route.method, route.pattern);
  if (!route.need) {
    return Error{Code::kInternal, "A route does not say what it needs.",
                 std::string(route.pattern)};
  }
  routes.push_back(std::move(route));
  return {};
}

Route route_of(std::string_view method, std::string_view pattern, Caller caller) {
  return {method, pattern, {}, caller, true, {}};
}

}  // namespace

Status add_calendar_routes(const CalendarParts& parts, std::vector<Route>& routes) {
  const auto own = [](std::string_view method) {
    return route_of(method, kOwnPath, Caller::kSession);
  };
  STRONGROOM_CHECK(add(parts, routes, own("GET"), &show_feed));
  STRONGROOM_CHECK(add(parts, routes, own("POST"), &make_feed));
  STRONGROOM_CHECK(add(parts, routes, own("DELETE"), &revoke_feed));
  return add(parts, routes, route_of("GET", "/calendar/{file}", Caller::kAnybody), &show_calendar);
}

}  // namespace strongroom::api
