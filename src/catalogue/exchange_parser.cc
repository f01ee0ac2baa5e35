#include "catalogue/exchange_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace strongroom::catalogue {
namespace {

// RFC 8693 section 3: a URI. What names no scheme names no type.
void read_type(ObjectReader& in, std::string_view name, std::string& type) {
  std::string said = in.text(name, TextRule::kGrantType, Need::kOptional);
  if (said.empty()) return;
  if (said.find(':') == std::string::npos) {
    in.problems().report(child(in.pointer(), name),
                         "This must be a URI, as urn:ietf:params:oauth:token-type:access_token.");
  }
  type = std::move(said);
}

// What is handed out is an access token: nobody can use one of these as such.
bool is_of_other_use(std::string_view type) {
  constexpr std::array<std::string_view, 4> kOthers = {
      "urn:ietf:params:oauth:token-type:refresh_token",
      "urn:ietf:params:oauth:token-type:id_token",
      "urn:ietf:params:oauth:token-type:saml1",
      "urn:ietf:params:oauth:token-type:saml2",
  };
  return std::ranges::find(kOthers, type) != kOthers.end();
}

}  // namespace

ExchangeRules read_exchange(ObjectReader& in) {
  ExchangeRules rules;
  rules.style = in.choice<ExchangeStyle>("style",
                                         {{"token_exchange", ExchangeStyle::kTokenExchange},
                                          {"on_behalf_of", ExchangeStyle::kOnBehalfOf}},
                                         ExchangeStyle::kTokenExchange, Need::kRequired);
  read_type(in, "subject_token_type", rules.subject_token_type);
  read_type(in, "requested_token_type", rules.requested_token_type);
  if (is_of_other_use(rules.requested_token_type)) {
    in.problems().report(child(in.pointer(), "requested_token_type"),
                         "No target system can be called with a token of this type.");
  }
  rules.issued_token_type_may_be_missing = in.flag("issued_token_type_may_be_missing");
  const bool says_types = in.has("subject_token_type") || in.has("requested_token_type") ||
                          in.has("issued_token_type_may_be_missing");
  if (rules.style == ExchangeStyle::kOnBehalfOf && says_types) {
    in.problems().report(child(in.pointer(), "style"),
                         "On behalf of somebody nothing is said of types of tokens.");
  }
  return rules;
}

void check_exchange(const Provider& provider, Problems& problems) {
  if (provider.token_exchange.has_value() != provider.offers(Grant::kTokenExchange)) {
    problems.report("/token_exchange",
                    "This goes with the grant token_exchange, and it with this.");
  }
  if (provider.token_exchange && provider.client_authentication.empty()) {
    problems.report("/client_authentication", "Whoever exchanges tokens says who it is.");
  }
}

}  // namespace strongroom::catalogue
