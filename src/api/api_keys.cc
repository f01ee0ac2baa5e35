#include <algorithm>
#include <chrono>

#include "api/error_response.h"
#include "api/grants_json.h"
#include "api/resource.h"
#include "api/resources.h"
#include "base/unicode.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/api-keys";
constexpr std::string_view kPathWithId = "/api/v1/api-keys/{id}";

constexpr std::int64_t kStandardDays = 180;
constexpr std::int64_t kMostDays = 3650;

std::string_view state_of(const identity::ApiKeyInfo& key, WallTime now) {
  if (key.revoked_at) return "revoked";
  return key.expires_at && *key.expires_at <= now ? "expired" : "active";
}

// The members that a new key and a known one have in common.
void write_key_members(JsonWriter& json, const identity::ApiKeyInfo& key) {
  json.member("id", key.id);
  json.member("user", key.user);
  json.member("user_name", key.user_name);
  json.member("name", key.name);
  write_permissions(json, "permissions", key.permissions);
  json.begin_array("projects");
  for (const Uuid& project : key.projects) json.value(project.text());
  json.end_array();
  json.member("created_at", key.created_at);
  json.member("expires_at", key.expires_at);
}

void write_key(JsonWriter& json, const identity::ApiKeyInfo& key, WallTime now) {
  json.begin_object();
  write_key_members(json, key);
  json.member("revoked_at", key.revoked_at);
  json.member("last_used_at", key.last_used_at);
  json.member("last_used_from", key.last_used_from);
  json.member("state", state_of(key, now));
  json.end_object();
}

using Keys = std::vector<identity::ApiKeyInfo>;

// Keys that never expire come last. Equal ones stay oldest first, as they came.
Status sort_keys(Keys& keys, std::string_view wanted) {
  const bool descending = wanted.starts_with('-');
  if (descending) wanted.remove_prefix(1);
  const auto by = [&](auto value_of) {
    std::ranges::stable_sort(keys, [&](const auto& a, const auto& b) {
      return descending ? value_of(b) < value_of(a) : value_of(a) < value_of(b);
    });
  };
  if (wanted.empty() || wanted == "created_at") {
    by([](const auto& key) { return key.created_at; });
  } else if (wanted == "name") {
    by([](const auto& key) { return name_key(key.name); });
  } else if (wanted == "expires_at") {
    by([](const auto& key) { return key.expires_at.value_or(WallTime::max()); });
  } else {
    return Error{Code::kInvalidArgument,
                 "This list can be sorted by name, created_at or expires_at."}
        .at("sort");
  }
  return {};
}

Result<http::Response> list_keys(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const ListRequest request = read_list(query);
  const PageRequest& page = request.page;
  const auto user_text = query.text("user");
  STRONGROOM_CHECK(query.finish());
  std::optional<identity::UserId> user;
  if (user_text) {
    user = identity::UserId::parse(*user_text);
    if (!user) return Error{Code::kInvalidArgument, "This is no id of a user."}.at("user");
  }
  STRONGROOM_TRY(Keys keys, services.api_keys.list(call.asker(), user));
  const std::string filter = name_key(request.query.filter);
  std::erase_if(keys, [&](const auto& key) {
    return !filter.empty() && !vault::filter_fits(filter, name_key(key.name));
  });
  STRONGROOM_CHECK(sort_keys(keys, request.query.sort));
  const auto total = static_cast<std::int64_t>(keys.size());
  const std::int64_t begin = std::min(page.offset(), total);
  const std::int64_t end = begin + std::min(page.page_size, total - begin);
  JsonWriter json;
  begin_page(json);
  const WallTime now = services.clock.now();
  for (auto key = keys.begin() + begin; key != keys.begin() + end; ++key) {
    write_key(json, *key, now);
  }
  end_page(json, total, page);
  return json_response(json.take());
}

Result<http::Response> get_key(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::ApiKeyId>(0));
  STRONGROOM_TRY(const auto key, services.api_keys.get(call.asker(), id));
  JsonWriter json;
  write_key(json, key, services.clock.now());
  return json_response(json.take());
}

// By a number of days or by a date; null is never, and nothing said the standard.
void read_expiry(ObjectReader& body, const Services& services, identity::ApiKeyRequest& request) {
  request.expiry_field = "/expires_in_days";
  if (body.take_null("expires_in_days")) return;
  const auto days = body.number("expires_in_days");
  if (days && (*days < 1 || *days > kMostDays)) {
    body.refuse("expires_in_days", "This must be a number of days from 1 to 3650.");
    return;
  }
  const std::int64_t standard = std::min(kStandardDays, services.api_keys.policy().longest_days);
  request.expires_at = services.clock.now() + std::chrono::days(days.value_or(standard));
  if (days) return;
  if (body.take_null("expires_at")) {
    request.expires_at.reset();
  } else if (const auto text = body.text("expires_at")) {
    request.expires_at = parse_rfc3339(*text);
    if (!request.expires_at) body.refuse("expires_at", "This must be a date or a time.");
  } else {
    return;
  }
  request.expiry_field = "/expires_at";
}

void read_projects(ObjectReader& body, identity::ApiKeyRequest& request) {
  const auto ids = body.texts("projects");
  for (std::size_t i = 0; ids && i < ids->size(); ++i) {
    const auto id = Uuid::parse((*ids)[i]);
    if (!id) body.refuse_item("projects", i, "This is no id of a project.");
    if (id) request.projects.push_back(*id);
  }
}

// Without `permissions`: what the caller may in these projects, or anywhere.
Permissions all_theirs(const Grants& grants, const std::vector<Uuid>& projects) {
  if (projects.empty()) return grants.anywhere();
  Permissions permissions;
  for (const Uuid& project : projects) permissions = permissions.with(grants.in(project));
  return permissions;
}

Result<identity::ApiKeyRequest> read_request(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  identity::ApiKeyRequest request;
  body.require("name");
  request.name = body.text("name").value_or("");
  read_projects(body, request);
  request.permissions =
      read_permissions(body).value_or(all_theirs(call.signed_in().grants, request.projects));
  read_expiry(body, services, request);
  STRONGROOM_CHECK(body.finish());
  return request;
}

Result<http::Response> create_key(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto request, read_request(services, call));
  STRONGROOM_TRY(const auto made, services.api_keys.create(call.asker(), request));
  JsonWriter json;
  json.begin_object();
  write_key_members(json, made.info);
  json.member("key", made.key.reveal());
  json.end_object();
  http::Response response = json_response(json.take(), 201);
  response.secret = true;
  response.headers.push_back({"Location", std::string(kPath) + "/" + made.info.id.text()});
  return response;
}

Result<http::Response> revoke_key(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<identity::ApiKeyId>(0));
  STRONGROOM_CHECK(services.api_keys.revoke(call.asker(), id));
  return json_response("", 204);
}

// Who asks, by a key or by a session.
struct Person {
  identity::UserId id;
  std::string name;
  std::optional<identity::ApiKeyInfo> key;
};

Result<Person> person(const Services& services, const Call& call) {
  if (const auto user = call.session_user()) {
    const auto known = services.users.find(*user);
    if (!known) return session_ended();
    return Person{known->id, known->name, {}};
  }
  STRONGROOM_TRY(const auto key, services.api_keys.get(call.asker(), call.signed_in().key));
  return Person{key.user, key.user_name, key};
}

Result<http::Response> whoami(const Services& services, const Call& call) {
  STRONGROOM_TRY(const Person who, person(services, call));
  JsonWriter json;
  json.begin_object();
  json.begin_object("user");
  json.member("id", who.id);
  json.member("name", who.name);
  json.end_object();
  if (who.key) {
    json.begin_object("api_key");
    json.member("id", who.key->id);
    json.member("name", who.key->name);
    json.member("expires_at", who.key->expires_at);
    json.end_object();
  } else {
    json.member("api_key", nullptr);
  }
  Names names(services, call.actor());
  write_grants(json, call.signed_in().grants, names);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_api_key_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &list_keys);
  add("POST", kPath, &create_key);
  add("GET", kPathWithId, &get_key);
  add("DELETE", kPathWithId, &revoke_key);
  add("GET", "/api/v1/whoami", &whoami);
}

}  // namespace strongroom::api
