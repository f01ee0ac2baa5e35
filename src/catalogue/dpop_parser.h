#pragma once
// Reads and judges what an entry says of tokens that are bound to keys (RFC 9449). For
// provider_parser.cc and provider_rules.cc.

#include "catalogue/dpop_rules.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

DpopRules read_dpop(ObjectReader& in);

// Proofs are signed with ES256 here, so an entry that binds tokens takes that.
void check_dpop(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
