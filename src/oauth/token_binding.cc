#include "oauth/token_binding.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/secret.h"
#include "crypto/encoding.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

bool says_dpop(std::string_view type) {
  return std::ranges::equal(type, std::string_view("dpop"), [](char a, char b) {
    return ('A' <= a && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

// The object that a part of a JWT stands for; nullopt for what is none.
std::optional<json::object> object_of(std::string_view part) {
  std::optional<std::string> text = crypto::base64url_decode(part);
  if (!text) return std::nullopt;
  auto value = parse_json(*text);
  wipe(*text);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

// The claims of header.payload.signature; an encrypted one has five parts, and says nothing.
std::optional<json::object> claims_of(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  const auto header = object_of(token.substr(0, first));
  if (!header || !header->contains("alg")) return std::nullopt;  // RFC 7515 section 4.1.1
  return object_of(token.substr(first + 1, second - first - 1));
}

}  // namespace

TokenBinding token_binding(std::string_view token_type, std::string_view access_token) {
  if (says_dpop(token_type)) return TokenBinding::kKey;
  const auto claims = claims_of(access_token);
  const json::value* const confirmation = claims ? claims->if_contains("cnf") : nullptr;
  if (confirmation == nullptr || confirmation->is_null()) return TokenBinding::kNone;
  const json::object* const members = confirmation->if_object();
  if (members != nullptr && members->contains("x5t#S256")) return TokenBinding::kCertificate;
  if (members != nullptr && members->contains("jkt")) return TokenBinding::kKey;
  return TokenBinding::kOther;
}

bool is_bound_to(std::string_view thumbprint, std::string_view token_type,
                 std::string_view access_token) {
  if (!says_dpop(token_type)) return false;
  const auto claims = claims_of(access_token);
  const json::value* const confirmation = claims ? claims->if_contains("cnf") : nullptr;
  if (confirmation == nullptr || confirmation->is_null()) return true;  // the server knows
  const json::object* const members = confirmation->if_object();
  const json::value* const key = members == nullptr ? nullptr : members->if_contains("jkt");
  return key != nullptr && key->is_string() && key->get_string() == thumbprint;
}

}  // namespace strongroom::oauth
