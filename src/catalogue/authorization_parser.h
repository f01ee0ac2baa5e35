#pragma once
// Reads and judges what an entry says of signing in. For provider_parser.cc and provider_rules.cc.

#include "catalogue/authorization_rules.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

AuthorizationRules read_authorization(ObjectReader& in);
OpenidRules read_openid(ObjectReader& in);

// What these two say agrees with the rest of the entry. Their addresses are judged with the others.
void check_authorization(const Provider& provider, Problems& problems);
void check_openid(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
