#pragma once
// How a service provider gives a token for another token, where providers differ.

#include <cstdint>
#include <string>
#include <string_view>

namespace strongroom::catalogue {

enum class ExchangeStyle : std::uint8_t {
  kTokenExchange,  // RFC 8693
  kOnBehalfOf,     // Microsoft: a JWT bearer grant with requested_token_use=on_behalf_of
};

// "token_exchange", "on_behalf_of".
std::string_view to_text(ExchangeStyle value);

// The subject's token is always the access token of one OAuth client of the same project, which
// whoever configures the client has chosen: never one that a robot brings.
struct ExchangeRules {
  ExchangeStyle style = ExchangeStyle::kTokenExchange;
  // What the subject's token is said to be (RFC 8693 section 3).
  std::string subject_token_type = "urn:ietf:params:oauth:token-type:access_token";
  std::string requested_token_type = {};  // empty: not said
  // Answers without issued_token_type are taken all the same.
  bool issued_token_type_may_be_missing = false;
};

}  // namespace strongroom::catalogue
