#pragma once
// The password grant, which nobody should begin with (RFC 9700 section 2.4). For
// provider_rules.cc.

#include "catalogue/problems.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// That an entry which offers the password grant says plainly that it is a legacy one, and that no
// other says so.
void check_legacy(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
