#pragma once
// Reads and judges what an entry tells people who set up an application there. For
// provider_parser.cc and provider_rules.cc.

#include "catalogue/console_rules.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

ConsoleRules read_console(ObjectReader& in);

// Nothing is said twice, and no scope holds what stands between scopes.
void check_console(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
