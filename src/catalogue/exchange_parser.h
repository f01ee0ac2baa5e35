#pragma once
// Reads and judges what an entry says of token exchange. For provider_parser.cc and
// provider_rules.cc.

#include "catalogue/exchange_rules.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// Reads the object of "token_exchange". What is wrong is reported to the reader's problems; the
// rules are harmless then, and not to be used.
ExchangeRules read_exchange(ObjectReader& in);

// That it agrees with the rest of the entry.
void check_exchange(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
