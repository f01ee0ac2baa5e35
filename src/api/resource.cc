#include "api/resource.h"

namespace strongroom::api {

void write_stamps(JsonWriter& json, const vault::Stamps& stamps) {
  json.member("created_at", stamps.created_at);
  json.member("updated_at", stamps.updated_at);
  json.member("deleted_at", stamps.deleted_at);
  json.member("revision", stamps.revision);
}

http::Response deletion(const vault::Affected& affected, bool dry_run, LiteralText hint) {
  JsonWriter json;
  json.begin_object();
  json.member("dry_run", dry_run);
  json.begin_object("affected");
  json.member("target_systems", affected.target_systems);
  json.member("oauth_clients", affected.oauth_clients);
  json.member("secrets", affected.secrets);
  json.member("robots", affected.robots);
  json.member("robot_access", affected.robot_access);
  json.end_object();
  json.member("hint", hint.view());
  json.end_object();
  return json_response(json.take());
}

Result<bool> read_dry_run(std::string_view query) {
  STRONGROOM_TRY(QueryReader reader, QueryReader::parse(query));
  const bool dry_run = reader.flag("dry_run").value_or(false);
  STRONGROOM_CHECK(reader.finish());
  return dry_run;
}

}  // namespace strongroom::api
