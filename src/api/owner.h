#pragma once
// Who answers for an object: the same in target systems and in OAuth clients.

#include <optional>

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "vault/types.h"

namespace strongroom::api {

void write_owner(JsonWriter& json, const vault::Owner& owner);

// The member "owner", merged into `current` (RFC 7396): what is not named stays, null empties.
// nullopt: it is not there.
std::optional<vault::Owner> read_owner(ObjectReader& body, const vault::Owner& current);

}  // namespace strongroom::api
