#include "oauth/workload_token.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/encoding.h"
#include "crypto/jws_verify.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using crypto::SignatureAlgorithm;

constexpr std::array kAllowed = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                 SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa};
constexpr JsonLimits kLimits{.max_bytes = kMaxWorkloadTokenBytes, .max_depth = 8};
constexpr std::size_t kMostClaims = 500;
constexpr double kYear9999 = 253'402'300'799;

// RFC 7515 appendix A.3: the key and the signature of an example.
constexpr std::string_view kSomeKey =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
constexpr std::string_view kSomeSignature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

Error refused(std::string detail) {
  return Error{Code::kInvalidArgument, "The token does not say what it must.", std::move(detail)};
}

// Of a token that the issuer signed.
Error unfit(std::string detail) {
  return Error{Code::kInvalidArgument, "The token does not say what it must.", std::move(detail),
               "workload_claims"};
}

std::string text_of(const json::string& text) { return {text.data(), text.size()}; }

// `parent` + "/" + `name`, escaped (RFC 6901 section 3).
std::string child_of(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::optional<std::string> scalar_of(const json::value& value) {
  if (value.is_string()) return text_of(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_int64()) return std::to_string(value.get_int64());
  return std::nullopt;
}

void collect(const json::object& members, const std::string& at, Claims& claims) {
  for (const auto& [name, value] : members) {
    if (claims.size() >= kMostClaims) return;
    const std::string pointer = child_of(at, std::string_view(name.data(), name.size()));
    if (const json::object* inner = value.if_object()) {
      collect(*inner, pointer, claims);
    } else if (const json::array* items = value.if_array()) {
      for (const json::value& item : *items) {
        if (auto text = scalar_of(item)) claims[pointer].push_back(*std::move(text));
      }
    } else if (auto text = scalar_of(value)) {
      claims[pointer].push_back(*std::move(text));
    }
  }
}

Result<json::object> read_payload(const std::string& payload) {
  auto parsed = parse_json(payload, kLimits);
  if (!parsed || !parsed->is_object()) return refused("payload");
  return std::move(parsed->get_object());
}

// Seconds since 1970. nullopt: it is not there, or not a date.
std::optional<double> date_of(const json::object& members, std::string_view name) {
  const json::value* const value = members.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kYear9999) return std::nullopt;
  return seconds;
}

Status check_times(const json::object& members, WallTime now_exact) {
  const auto now =
      static_cast<double>(std::chrono::floor<Seconds>(now_exact.time_since_epoch()).count());
  const auto skew = static_cast<double>(kWorkloadTokenClockSkew.count());
  const auto expires = date_of(members, "exp");
  if (!expires || *expires + skew <= now) return unfit("exp");
  for (const std::string_view name : {"nbf", "iat"}) {
    if (!members.contains(name)) continue;
    const auto begins = date_of(members, name);
    if (!begins || *begins > now + skew) return unfit(std::string(name));
  }
  return {};
}

}  // namespace

bool looks_like_workload_token(std::string_view text) {
  return std::ranges::count(text, '.') == 2 && text.size() <= kMaxWorkloadTokenBytes;
}

Result<std::string> issuer_named_by(std::string_view token) {
  if (!looks_like_workload_token(token)) return refused("form");
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  const auto payload = crypto::base64url_decode(token.substr(first + 1, second - first - 1));
  if (!payload) return refused("form");
  STRONGROOM_TRY(const json::object members, read_payload(*payload));
  const json::value* const issuer = members.if_contains("iss");
  if (issuer == nullptr || !issuer->is_string()) return refused("iss");
  return text_of(issuer->get_string());
}

Result<Claims> read_workload_token(std::string_view token, const crypto::JwkSet& keys,
                                   WallTime now) {
  if (!looks_like_workload_token(token)) return refused("form");
  STRONGROOM_TRY(const crypto::VerifiedJws verified, crypto::verify_jws(token, keys, kAllowed));
  STRONGROOM_TRY(const json::object members, read_payload(verified.payload));
  STRONGROOM_CHECK(check_times(members, now));
  Claims claims;
  collect(members, "", claims);
  if (claims.size() >= kMostClaims) return unfit("claims");
  return claims;
}

// The usual way with one star at a time: the last one takes as much as it must.
bool claim_fits(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      after_star = in_text;
    } else if (at < pattern.size() && pattern[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool has_claim(const Claims& claims, std::string_view pointer, std::string_view pattern) {
  const auto found = claims.find(pointer);
  return found != claims.end() && std::ranges::any_of(found->second, [&](const std::string& text) {
           return claim_fits(pattern, text);
         });
}

void verify_in_vain() {
  static const auto keys = crypto::JwkSet::parse(kSomeKey);
  static const auto signature = crypto::base64url_decode(kSomeSignature);
  if (!keys || !signature || keys->keys().empty()) return;
  (void)keys->keys().front().verify(SignatureAlgorithm::kEs256, "nobody signed this", *signature);
}

}  // namespace strongroom::oauth
