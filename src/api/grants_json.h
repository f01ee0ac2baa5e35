#pragma once
// Permissions in answers and bodies.

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/references.h"
#include "base/grants.h"

namespace strongroom::api {

// "name": ["view", …]
void write_permissions(JsonWriter& json, LiteralText name, Permissions permissions);

// "permissions": what is held somewhere, "everywhere": what is held everywhere, and
// "projects": [{"id": …, "name": …, "permissions": […]}, …], those from everywhere included.
void write_grants(JsonWriter& json, const Grants& grants, Names& names);

// The member "permissions"; nullopt: it is not there.
std::optional<Permissions> read_permissions(ObjectReader& body);

}  // namespace strongroom::api
