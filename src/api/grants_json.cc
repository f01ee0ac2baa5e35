#include "api/grants_json.h"

namespace strongroom::api {

void write_permissions(JsonWriter& json, LiteralText name, Permissions permissions) {
  json.begin_array(name);
  for (const PermissionName& entry : kPermissionNames) {
    if (permissions.has(entry.permission)) json.value(entry.name);
  }
  json.end_array();
}

void write_grants(JsonWriter& json, const Grants& grants, Names& names) {
  write_permissions(json, "permissions", grants.anywhere());
  write_permissions(json, "everywhere", grants.everywhere());
  json.begin_array("projects");
  for (const auto& [project, permissions] : grants.projects()) {
    json.begin_object();
    json.member("id", vault::ProjectId{project});
    json.member("name", names.of(vault::ProjectId{project}));
    write_permissions(json, "permissions", grants.in(project));
    json.end_object();
  }
  json.end_array();
}

std::optional<Permissions> read_permissions(ObjectReader& body) {
  const auto names = body.texts("permissions");
  if (!names) return std::nullopt;
  Permissions permissions;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto permission = permission_from_name((*names)[i]);
    if (!permission) body.refuse_item("permissions", i, "There is no such permission.");
    if (permission) permissions.add(*permission);
  }
  return permissions;
}

}  // namespace strongroom::api
