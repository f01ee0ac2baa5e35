// The keys that everything is sealed with: what is known of them, and rotations of data keys.

#include <optional>

#include "api/key_care.h"
#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/data_key_rotation.h"
#include "vault/root_keys.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/keys";
constexpr std::string_view kRotatePath = "/api/v1/keys/rotate-data";

void write_root(JsonWriter& json, const Services& services, const vault::RootKeyState& root) {
  json.begin_object("root");
  json.member("source", services.keys.source);
  json.member("id", root.root_id);
  json.member("rotation_unfinished", !root.former_root_id.empty());
  json.member("rotated_at", root.rotated_at);
  json.member("recovery_exported_at", root.recovery_exported_at);
  json.end_object();
}

void write_key(JsonWriter& json, const vault::DataKeyState& key) {
  json.begin_object();
  json.member("id", key.id);
  json.member("project", key.project);
  json.member("project_name", key.project_name);
  json.member("created_at", key.created_at);
  json.member("seals_reserved", key.seals_reserved);
  json.member("is_current", key.is_current);
  json.member("values_left", key.values_left);
  json.end_object();
}

// What is inside of the object.
void write_rotation(JsonWriter& json, const vault::DataKeyRotationState& rotation) {
  json.member("kind", "data");
  json.member("project", rotation.project);
  json.member("started_at", rotation.started_at);
  json.member("done", rotation.done);
  json.member("total", rotation.total);
  json.member("is_stuck", rotation.is_stuck);
}

Result<std::string> keys_json(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto keys, services.keys.rotations.keys(call.actor()));
  STRONGROOM_TRY(const auto rotations, services.keys.rotations.under_way(call.actor()));
  STRONGROOM_TRY(const auto root, services.keys.root_keys.state());
  JsonWriter json;
  json.begin_object();
  write_root(json, services, root);
  json.begin_array("data_keys");
  for (const vault::DataKeyState& key : keys) write_key(json, key);
  json.end_array();
  if (rotations.empty()) {
    json.member("rotation", nullptr);
  } else {
    json.begin_object("rotation");
    write_rotation(json, rotations.front());
    json.end_object();
  }
  json.begin_array("rotations");
  for (const vault::DataKeyRotationState& rotation : rotations) {
    json.begin_object();
    write_rotation(json, rotation);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

Result<http::Response> get_keys(const Services& services, const Call& call) {
  STRONGROOM_TRY(std::string json, keys_json(services, call));
  return json_response(std::move(json));
}

Result<http::Response> rotate_data(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const bool all = body.flag("all").value_or(false);
  const bool server = body.take_null("project");
  std::optional<vault::ProjectId> project;
  if (!server) project = read_id<vault::ProjectId>(body, "project");
  if (!all && !server && !project) {
    body.refuse("project", "Name a project, null for the server's own key, or all.");
  }
  if (all && (server || project)) body.refuse("all", "Name a project or all, not both.");
  STRONGROOM_CHECK(body.finish());
  vault::DataKeyRotations& rotations = services.keys.rotations;
  STRONGROOM_CHECK(all ? rotations.start_all(call.actor())
                       : rotations.start(call.actor(), project));
  STRONGROOM_TRY(std::string json, keys_json(services, call));
  return json_response(std::move(json), 202);
}

}  // namespace

void add_key_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, kPath);
  add("GET", kPath, &get_keys);
  add("POST", kRotatePath, &rotate_data);
}

}  // namespace strongroom::api
