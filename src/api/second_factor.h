#pragma once
// What the session tells of its user's second factor.

#include "api/json_writer.h"
#include "api/services.h"

namespace strongroom::api {

// The member "second_factor", null where the user has none.
void write_second_factor(JsonWriter& json, const Services& services, identity::UserId user);

}  // namespace strongroom::api
