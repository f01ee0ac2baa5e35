// Who is told what happens to clients, and what was not taken yet.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/etag.h"
#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/page.h"
#include "api/people.h"
#include "api/query_reader.h"
#include "api/resource.h"
#include "api/resources.h"
#include "base/unicode.h"
#include "notify/targets.h"

namespace strongroom::api {
namespace {

using notify::TargetId;
using notify::TargetSettings;
using notify::TargetState;
using DeliveryId = Id<struct NotificationDeliveryKind>;

constexpr std::string_view kTargets = "/api/v1/notification-targets";
constexpr std::string_view kTarget = "/api/v1/notification-targets/{id}";
constexpr std::size_t kLongestPem = std::size_t{64} * 1024;

void write_target(JsonWriter& json, const notify::Target& target,
                  const storage::NotificationCounts& deliveries) {
  const TargetSettings& settings = target.settings;
  json.member("id", target.id);
  json.member("name", settings.name);
  json.member("url", settings.url);
  json.begin_array("events");
  for (const notify::EventKind kind : settings.events) json.value(to_text(kind));
  json.end_array();
  json.begin_array("projects");
  for (const Uuid& project : settings.projects) json.value(project.text());
  json.end_array();
  json.member("trusted_ca_pem", settings.trusted_ca_pem);
  json.member("allowed_addresses", settings.allowed_addresses);
  json.member("enabled", settings.enabled);
  json.member("previous_secret_until", target.previous_secret_until);
  json.member("delivered_at", target.delivered_at);
  json.member("failing_since", target.failing_since);
  json.member("waiting", deliveries.waiting);
  json.member("dead_letters", deliveries.dead);
  json.member("created_at", target.created_at);
  json.member("updated_at", target.updated_at);
  json.member("revision", target.revision);
}

http::Response answer(const TargetState& state) {
  JsonWriter json;
  json.begin_object();
  write_target(json, state.target, state.deliveries);
  json.end_object();
  http::Response response = json_response(json.take());
  response.headers.push_back({"ETag", etag(state.target.revision)});
  return response;
}

http::Response answer_with_secret(const notify::NewSecret& made, int status) {
  JsonWriter json;
  json.begin_object();
  json.begin_object("target");
  write_target(json, made.target, {});
  json.end_object();
  json.member("secret", made.text.reveal());
  json.end_object();
  http::Response response = json_response(json.take(), status);
  response.secret = true;
  response.headers.push_back({"ETag", etag(made.target.revision)});
  return response;
}

// What the texts name; one that names nothing is refused at its place.
Result<std::vector<notify::EventKind>> read_events(const std::vector<std::string>& texts) {
  std::vector<notify::EventKind> events;
  events.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto kind = notify::event_kind_from_text(texts[i]);
    if (!kind) {
      return Error{Code::kInvalidArgument,
                   "An event is needs_sign_in, recovered, failing, dying or scopes_narrowed."}
          .at("/events/" + std::to_string(i));
    }
    events.push_back(*kind);
  }
  return events;
}

Result<std::vector<Uuid>> read_projects(const std::vector<std::string>& texts) {
  std::vector<Uuid> projects;
  projects.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto project = Uuid::parse(texts[i]);
    if (!project) {
      return Error{Code::kInvalidArgument, "A project is named by its id."}.at("/projects/" +
                                                                               std::to_string(i));
    }
    projects.push_back(*project);
  }
  return projects;
}

Result<TargetSettings> read_settings(const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  for (const LiteralText name : {LiteralText("name"), LiteralText("url"), LiteralText("events")}) {
    body.require(name);
  }
  TargetSettings settings;
  settings.name = body.text("name").value_or("");
  settings.url = body.text("url").value_or("");
  const auto events = body.texts("events").value_or(std::vector<std::string>());
  const auto projects = body.texts("projects").value_or(std::vector<std::string>());
  settings.trusted_ca_pem = body.text_or_null("trusted_ca_pem", kLongestPem).value_or("");
  if (auto ranges = body.texts("allowed_addresses")) {
    settings.allowed_addresses = *std::move(ranges);
  }
  settings.enabled = body.flag("enabled").value_or(true);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(settings.events, read_events(events));
  STRONGROOM_TRY(settings.projects, read_projects(projects));
  return settings;
}

Result<http::Response> list_targets(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  const std::string filter = name_key(query.text("filter").value_or(""));
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(auto all, services.notification_targets.list(call.actor()));
  std::erase_if(all, [&](const TargetState& state) {
    return name_key(state.target.settings.name).find(filter) == std::string::npos;
  });
  JsonWriter json;
  begin_page(json);
  for (const TargetState& state : page_of(all, page)) {
    json.begin_object();
    write_target(json, state.target, state.deliveries);
    json.end_object();
  }
  end_page(json, static_cast<std::int64_t>(all.size()), page);
  return json_response(json.take());
}

Result<http::Response> get_target(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_TRY(const auto state, services.notification_targets.find(call.actor(), id));
  return answer(state);
}

Result<http::Response> create_target(const Services& services, const Call& call) {
  STRONGROOM_TRY(auto settings, read_settings(call));
  STRONGROOM_TRY(const auto made,
                 services.notification_targets.create(call.actor(), std::move(settings)));
  http::Response response = answer_with_secret(made, 201);
  response.headers.push_back({"Location", std::string(kTargets) + "/" + made.target.id.text()});
  return response;
}

Result<http::Response> replace_target(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_TRY(const auto current, services.notification_targets.find(call.actor(), id));
  STRONGROOM_TRY(auto settings, read_settings(call));
  const std::int64_t revision = current.target.revision;
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, revision));
  STRONGROOM_TRY(const auto state, services.notification_targets.update(call.actor(), id, revision,
                                                                        std::move(settings)));
  return answer(state);
}

Result<http::Response> remove_target(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_CHECK(services.notification_targets.remove(call.actor(), id));
  return json_response("", 204);
}

Result<http::Response> rotate_secret(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto made, services.notification_targets.rotate_secret(call.actor(), id));
  return answer_with_secret(made, 200);
}

Result<http::Response> test_target(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto outcome, services.notification_targets.test(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.member("ok", outcome.taken);
  if (outcome.status) {
    json.member("status", std::int64_t{*outcome.status});
  } else {
    json.member("status", nullptr);
  }
  json.member("message", outcome.failure);
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> resend_all(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<TargetId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto resent, services.notification_targets.resend_all(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  json.member("resent", resent);
  json.end_object();
  return json_response(json.take());
}

void write_delivery(JsonWriter& json, const storage::NotificationDeliveryRow& row) {
  json.begin_object();
  json.member("id", row.id);
  json.member("target", row.target_id);
  json.member("recipient", row.recipient);
  json.member("event", row.event_id);
  json.member("event_type", row.event_type);
  json.member("tries", row.tries);
  json.member("failure", row.failure);
  json.member("dead", !row.next_try_at.has_value());
  json.member("created_at", row.created_at);
  json.member("first_tried_at", row.first_tried_at);
  json.member("next_try_at", row.next_try_at);
  json.end_object();
}

Result<http::Response> list_deliveries(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  storage::NotificationDeliveryFilter filter{.offset = page.offset(), .limit = page.page_size};
  if (const auto target = query.text("target")) {
    filter.target = Uuid::parse(*target);
    if (!filter.target) query.refuse("target", "This is the id of a notification target.");
  }
  if (const auto state = query.text("state")) {
    filter.dead = *state == "dead";
    if (*state != "dead" && *state != "waiting") query.refuse("state", "This is waiting or dead.");
  }
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto found, services.notification_targets.deliveries(call.actor(), filter));
  JsonWriter json;
  begin_page(json);
  for (const auto& row : found.rows) write_delivery(json, row);
  end_page(json, found.total, page);
  return json_response(json.take());
}

Result<http::Response> resend_delivery(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<DeliveryId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_CHECK(services.notification_targets.resend(call.actor(), id.uuid));
  return json_response("", 204);
}

Result<http::Response> discard_delivery(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<DeliveryId>(0));
  STRONGROOM_CHECK(services.notification_targets.discard(call.actor(), id.uuid));
  return json_response("", 204);
}

}  // namespace

void add_notification_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("GET", kTargets, &list_targets);
  add("POST", kTargets, &create_target);
  add("GET", kTarget, &get_target);
  add("PUT", kTarget, &replace_target);
  add("DELETE", kTarget, &remove_target);
  add("POST", "/api/v1/notification-targets/{id}/rotate-secret", &rotate_secret);
  add("POST", "/api/v1/notification-targets/{id}/test", &test_target);
  add("POST", "/api/v1/notification-targets/{id}/resend", &resend_all);
  add("GET", "/api/v1/notification-deliveries", &list_deliveries);
  add("DELETE", "/api/v1/notification-deliveries/{id}", &discard_delivery);
  add("POST", "/api/v1/notification-deliveries/{id}/resend", &resend_delivery);
}

}  // namespace strongroom::api
