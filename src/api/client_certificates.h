#pragma once
// "client_certificates" of a target system, in and out.

#include <optional>
#include <vector>

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "vault/target_systems.h"

namespace strongroom::api {

// nullopt: the body does not have them.
std::optional<std::vector<vault::NewClientCertificate>> read_client_certificates(
    ObjectReader& body);

void write_client_certificates(JsonWriter& json, const vault::TargetSystem& system);

// The member "id" of an item that names what is stored already; refused if it is none.
std::optional<Uuid> read_kept(ObjectReader& item);

}  // namespace strongroom::api
