#pragma once
// api.yaml, as it was when this program was built.

#include <string_view>

namespace strongroom::api {

// The whole document; valid for ever. Its bytes are put in at build time (embed_contract.cmake).
std::string_view contract_text();

}  // namespace strongroom::api
