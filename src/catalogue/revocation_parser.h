#pragma once
// Reads and judges what an entry says of tokens that are there already: how they are taken back,
// and how it is found out whether they work. For provider_parser.cc and provider_rules.cc.

#include <string_view>

#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

RevocationRules read_revocation(ObjectReader& in);
VerificationRules read_verification(ObjectReader& in);

// Whether the revocation endpoint may hold `name` in braces although no variable is called so: the
// client's id, and the token itself where the address is its place. Both stand in the path only.
bool is_filled_by_request(const RevocationRules& rules, std::string_view name);

// What these say agrees with itself and with the rest of the entry. Addresses are judged with the
// others, but for the hole that the token needs.
void check_revocation(const Provider& provider, Problems& problems);
void check_verification(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
