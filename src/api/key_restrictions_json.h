#pragma once
// Under which circumstances a key or an identity is good, as requests say it.

#include "api/object_reader.h"
#include "vault/key_restrictions.h"

namespace strongroom::api {

// The member "restrictions" of `body`; where it is not there, none.
vault::KeyRestrictions read_restrictions(ObjectReader& body);

}  // namespace strongroom::api
