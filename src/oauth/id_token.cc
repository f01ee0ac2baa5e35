#include "oauth/id_token.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "base/uuid.h"
#include "catalogue/settings.h"
#include "crypto/digest.h"
#include "crypto/equal.h"
#include "crypto/jws_verify.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using crypto::SignatureAlgorithm;

constexpr std::array kAllowed = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                 SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa};
constexpr JsonLimits kLimits{.max_bytes = crypto::kMaxJwsBytes, .max_depth = 16};
constexpr std::size_t kMaxAudiences = 50;

// The tenant of all personal accounts at Microsoft, which "organizations" leaves out.
constexpr std::string_view kPersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

// `claim` is a name of ours.
Error wrong(std::string_view claim) {
  return Error{Code::kInvalidArgument, "The service provider's ID token does not say what it must.",
               std::string(claim), "id_token"};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

// Empty: it is not there, or no text.
std::string_view text_of(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

// NumericDate (RFC 7519 section 2); nullopt: it is not there, or none that can be meant.
std::optional<std::int64_t> date_of(const json::object& claims, std::string_view name) {
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t seconds = -1;
  if (value->is_int64()) {
    seconds = value->get_int64();
  } else if (value->is_double() && std::abs(value->get_double()) < 1e12) {
    seconds = static_cast<std::int64_t>(std::floor(value->get_double()));
  }
  if (seconds < 0 || seconds > kYear9999) return std::nullopt;
  return seconds;
}

// Section 3.1.3.7, points 9 and 10.
Status check_times(const json::object& claims, WallTime now_exact) {
  const std::int64_t now = std::chrono::floor<Seconds>(now_exact.time_since_epoch()).count();
  const std::int64_t skew = kIdTokenClockSkew.count();
  const auto expires = date_of(claims, "exp");
  const auto issued = date_of(claims, "iat");
  if (!expires || *expires + skew <= now) return wrong("exp");
  if (!issued || *issued > now + skew || *issued > *expires ||
      *expires - *issued > kMaxLifetime.count()) {
    return wrong("iat");
  }
  if (!claims.contains("nbf")) return {};
  const auto begins = date_of(claims, "nbf");
  return begins && *begins <= now + skew ? Status() : wrong("nbf");
}

// Points 3 to 5. Other audiences are let pass only if the token was made for us: azp says so.
Status check_audience(const json::object& claims, std::string_view client_id) {
  const json::value* const audience = claims.if_contains("aud");
  if (audience == nullptr || client_id.empty()) return wrong("aud");
  bool alone = audience->is_string() && audience->get_string() == client_id;
  bool among = alone;
  if (const json::array* list = audience->if_array()) {
    const auto is_us = [&](const json::value& v) {
      return v.is_string() && v.get_string() == client_id;
    };
    among = list->size() <= kMaxAudiences && std::ranges::any_of(*list, is_us);
    alone = among && list->size() == 1;
  }
  if (!among) return wrong("aud");
  if (!claims.contains("azp")) return alone ? Status() : wrong("azp");
  return text_of(claims, "azp") == client_id ? Status() : wrong("azp");
}

// The tenant that signed in; empty where the provider has none.
Result<std::string> tenant_of(const json::object& claims, const IdTokenExpectation& expected) {
  if (expected.tenant_claim.empty()) return std::string();
  std::string tenant = lower(text_of(claims, expected.tenant_claim));
  if (!Uuid::parse(tenant)) return wrong("tid");
  const std::string asked = lower(expected.tenant);
  const bool is_personal = tenant == kPersonalAccounts;
  if ((Uuid::parse(asked) && asked != tenant) || (asked == "organizations" && is_personal) ||
      (asked == "consumers" && !is_personal)) {
    return wrong("tid");
  }
  return tenant;
}

// Point 2, character by character; the tenant in it is the one that the token names.
Status check_issuer_claim(std::string_view issuer, std::string_view tenant,
                          std::string_view expected) {
  std::string wanted(expected);
  const std::size_t hole = wanted.find(catalogue::kTenantPlaceholder);
  if (hole != std::string::npos) {
    if (tenant.empty()) return wrong("iss");
    wanted.replace(hole, catalogue::kTenantPlaceholder.size(), tenant);
  }
  return !wanted.empty() && issuer == wanted ? Status() : wrong("iss");
}

// Point 11. A nonce that nobody sent is another flow's.
Status check_nonce(const json::object& claims, const IdTokenExpectation& expected) {
  if (expected.nonce == nullptr) return {};
  return is_same(*expected.nonce, text_of(claims, "nonce")) ? Status() : wrong("nonce");
}

// Sections 3.1.3.6 and 3.3.2.11: the left half of the hash that the signature works with; for
// Ed25519 that is SHA-512.
std::string half_hash(SignatureAlgorithm algorithm, std::string_view text) {
  if (algorithm == SignatureAlgorithm::kEdDsa) {
    const crypto::Sha512Digest digest = crypto::sha512(text);
    return crypto::base64url(std::span(digest).first(digest.size() / 2));
  }
  const crypto::Sha256Digest digest = crypto::sha256(text);
  return crypto::base64url(std::span(digest).first(digest.size() / 2));
}

template <class Kind>
Status check_hash(const json::object& claims, std::string_view name, const Secret<Kind>* secret,
                  SignatureAlgorithm algorithm) {
  if (!claims.contains(name) || secret == nullptr) return {};
  const std::string wanted = half_hash(algorithm, secret->reveal());
  return crypto::constant_time_equal(text_of(claims, name), wanted) ? Status() : wrong(name);
}

bool is_subject(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSubject &&
         std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

Result<Account> account_of(const json::object& claims, const IdTokenExpectation& expected) {
  STRONGROOM_TRY(std::string tenant, tenant_of(claims, expected));
  const std::string_view issuer = text_of(claims, "iss");
  STRONGROOM_CHECK(check_issuer_claim(issuer, tenant, expected.issuer));
  const std::string_view subject = text_of(claims, "sub");
  if (!is_subject(subject)) return wrong("sub");
  Account account{std::string(issuer), std::string(subject), std::move(tenant)};
  if (expected.refreshed != nullptr && *expected.refreshed != account) return wrong("sub");
  return account;
}

// "at+jwt" and its like name another kind of token (RFC 8725 section 3.11).
bool is_of_another_kind(std::string_view type) { return lower(type).ends_with("+jwt"); }

// What a person would know the account by; a name with tricks in it is none.
std::string shown_name_of(const json::object& claims) {
  for (const char* name : {"preferred_username", "email", "name"}) {
    auto cleaned = clean_name(text_of(claims, name), name, kMaxSubject);
    if (cleaned) return *std::move(cleaned);
  }
  return "";
}

}  // namespace

Result<IdToken> validate_id_token(std::string_view token, const crypto::JwkSet& keys,
                                  const IdTokenExpectation& expected) {
  STRONGROOM_TRY(crypto::VerifiedJws jws, crypto::verify_jws(token, keys, kAllowed));
  if (is_of_another_kind(jws.type)) return wrong("typ");
  const auto parsed = parse_json(jws.payload, kLimits);
  const json::object* const claims = parsed ? parsed->if_object() : nullptr;
  if (claims == nullptr) return wrong("claims");
  STRONGROOM_TRY(Account account, account_of(*claims, expected));
  STRONGROOM_CHECK(check_audience(*claims, expected.client_id));
  STRONGROOM_CHECK(check_times(*claims, expected.now));
  STRONGROOM_CHECK(check_nonce(*claims, expected));
  STRONGROOM_CHECK(check_hash(*claims, "at_hash", expected.access_token, jws.algorithm));
  STRONGROOM_CHECK(check_hash(*claims, "c_hash", expected.code, jws.algorithm));
  return IdToken{std::move(account), shown_name_of(*claims), std::move(jws.payload)};
}

}  // namespace strongroom::oauth
