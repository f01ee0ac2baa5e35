#pragma once
// Reads what an entry says of how its token requests and answers are written, and of the values
// that come with tokens (catalogue/wire_rules.h), and checks it.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// The member "wire".
WireRules read_wire(ObjectReader& in);
// Of the member "response": the names of members, and where they stand.
void read_response_members(ObjectReader& in, ResponseRules& rules);
// The array "learned" of an entry.
std::vector<LearnedValue> read_learned(ObjectReader& in);

// Names are unique and none of them is that of another parameter; what is learned is no secret; a
// host is learned only under domains of which somebody may be the owner.
void check_wire(const Provider& provider, Problems& problems);

// The entry as it is for a refresh: its token endpoint is the one that refresh tokens are sent to.
Provider refreshed_at(const Provider& provider);

}  // namespace strongroom::catalogue
