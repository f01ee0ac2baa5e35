#pragma once
// The member "oauth1" of a provider file: how OAuth 1.0a is spoken there (oauth1_rules.h).

#include <optional>
#include <string_view>

#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// Reads the object; what is wrong is reported to the reader's Problems.
Oauth1Rules read_oauth1(ObjectReader& in);

// The variable that the realm is, "account" of "{account}"; empty: the realm is a text, or none.
std::string_view realm_variable(const Oauth1Rules& rules);

// Reports what does not fit together: the member goes with the grant oauth1 and the other way
// around; a provider with a flow has all three addresses, and one without has none but the token
// endpoint; what OAuth 2.0 has and OAuth 1.0a has not is not there beside it.
void check_oauth1(const Provider& provider, Problems& problems);

// The method of this name, "HMAC-SHA1"; nullopt: there is none.
std::optional<SignatureMethod> signature_method_from_text(std::string_view text);

}  // namespace strongroom::catalogue
