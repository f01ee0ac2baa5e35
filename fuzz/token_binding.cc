// token_binding: what a token response says about its token being bound.
//
// The first line is the token type, the rest is tried as a token, and as the claims of one.
#include "oauth/token_binding.h"

#include <span>
#include <string>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/encoding.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using oauth::TokenBinding;

std::string encoded(std::string_view text) {
  return crypto::base64url(std::as_bytes(std::span(text)));
}

// A second reading of the claims.
bool has_confirmation(std::string_view claims) {
  const auto value = parse_json(claims);
  if (!value || !value->is_object()) return false;
  const boost::json::value* const cnf = value->get_object().if_contains("cnf");
  return cnf != nullptr && !cnf->is_null();
}

}  // namespace

void one_input(std::string_view input) {
  Input parts(input);
  const std::string_view type = parts.line();
  const std::string_view text = parts.rest();

  const TokenBinding by_type = oauth::token_binding(type, "");
  require(by_type == TokenBinding::kNone || by_type == TokenBinding::kKey, "a type names a key");
  const TokenBinding whole = oauth::token_binding(type, text);
  if (by_type == TokenBinding::kKey) require(whole == by_type, "the type is enough");
  const bool has_two_dots = text.find('.') != text.rfind('.');
  if (!has_two_dots) require(whole == by_type, "what is no JWT says nothing");

  const std::string jwt = encoded(R"({"alg":"RS256"})") + "." + encoded(text) + ".";
  require((oauth::token_binding("", jwt) != TokenBinding::kNone) == has_confirmation(text),
          "a token is bound exactly when its claims have a confirmation");
}

}  // namespace strongroom::fuzz
