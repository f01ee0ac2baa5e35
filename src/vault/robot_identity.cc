#include "vault/robot_identity.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/certificate.h"
#include "crypto/encoding.h"
#include "oauth/outgoing_policy.h"
#include "oauth/workload_issuer.h"
#include "vault/json_texts.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMostClaims = 20;
constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kDigestBytes = 32;

Error wrong(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}
Error corrupt() { return Error{Code::kCorrupt, "A stored row is damaged.", "identity of a robot"}; }

// "sub" means the claim of that name, whatever letters it has.
std::string pointer_of(const std::string& name) {
  if (name.starts_with('/')) return name;
  std::string pointer = "/";
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

Status tidy_claims(RobotIdentity& identity) {
  std::map<std::string, std::string> claims;
  bool narrows = false;
  for (const auto& [name, text] : identity.claims) {
    if (name.empty() || name.size() > kLongestText || text.empty() || text.size() > kLongestText) {
      return wrong("Each claim has a name and a text, and neither is very long.", "/claims");
    }
    narrows = narrows || text.find_first_not_of('*') != std::string::npos;
    if (!claims.emplace(pointer_of(name), text).second) {
      return wrong("One claim is there twice.", "/claims");
    }
  }
  if (claims.size() > kMostClaims) return wrong("There may be 20 claims at most.", "/claims");
  // An issuer signs for everybody who works with it: its name alone says nothing of who asks.
  if (!narrows) return wrong("At least one claim must say more than \"*\".", "/claims");
  identity.claims = std::move(claims);
  return {};
}

Status tidy_token(RobotIdentity& identity) {
  if (!oauth::is_workload_issuer(identity.issuer)) {
    return wrong("This must be the issuer's https address, as its tokens name it.", "/issuer");
  }
  if (identity.audience.empty() || identity.audience.size() > kLongestText) {
    return wrong("This is needed: the audience that its tokens are for.", "/audience");
  }
  if (!identity.jwks_uri.empty() && !identity.jwks_uri.starts_with("https://")) {
    return wrong("This must be an https address.", "/jwks_uri");
  }
  if (!identity.trusted_ca_pem.empty()) {
    if (const Status sound = crypto::check_pem_certificates(identity.trusted_ca_pem); !sound) {
      return Error(sound.error()).at("/trusted_ca_pem");
    }
  }
  STRONGROOM_CHECK(oauth::check_allowed_addresses(identity.allowed_addresses));
  return tidy_claims(identity);
}

Status tidy_certificate(RobotIdentity& identity) {
  std::string digest;
  for (const char c : identity.ca_sha256) {
    if (c != ':') digest += 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  const auto bytes = crypto::hex_decode(digest);
  if (!bytes || bytes->size() != kDigestBytes) {
    return wrong("This must be the SHA-256 fingerprint of the CA's certificate.", "/ca_sha256");
  }
  identity.ca_sha256 = digest;
  const auto given = static_cast<int>(!identity.subject.empty()) +
                     static_cast<int>(!identity.san_uri.empty()) +
                     static_cast<int>(!identity.san_dns.empty());
  if (given != 1) {
    return wrong("Exactly one of subject, san_uri and san_dns is needed.", "/subject");
  }
  return {};
}

std::string text_in(const boost::json::object& members, std::string_view name) {
  const boost::json::value* const value = members.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

}  // namespace

Status tidy(RobotIdentity& identity) {
  return identity.kind == RobotIdentity::Kind::kToken ? tidy_token(identity)
                                                      : tidy_certificate(identity);
}

std::string to_json(const RobotIdentity& identity) {
  const bool is_token = identity.kind == RobotIdentity::Kind::kToken;
  std::string json = is_token ? R"({"kind":"token")" : R"({"kind":"certificate")";
  const auto add = [&](std::string_view name, const std::string& text) {
    if (text.empty()) return;
    append_json_string(json.append(",\"").append(name).append("\":"), text);
  };
  add("issuer", identity.issuer);
  add("audience", identity.audience);
  if (is_token) json.append(",\"claims\":").append(to_json(identity.claims));
  add("jwks_uri", identity.jwks_uri);
  add("trusted_ca_pem", identity.trusted_ca_pem);
  if (!identity.allowed_addresses.empty()) {
    json.append(",\"allowed_addresses\":").append(to_json(identity.allowed_addresses));
  }
  add("ca_sha256", identity.ca_sha256);
  add("subject", identity.subject);
  add("san_uri", identity.san_uri);
  add("san_dns", identity.san_dns);
  return json + "}";
}

Result<RobotIdentity> robot_identity_from_json(std::string_view text) {
  const auto parsed = parse_json(text);
  const boost::json::object* const members = parsed ? parsed->if_object() : nullptr;
  if (members == nullptr) return corrupt();
  const std::string kind = text_in(*members, "kind");
  if (kind != "token" && kind != "certificate") return corrupt();
  RobotIdentity identity;
  identity.kind = kind == "token" ? RobotIdentity::Kind::kToken : RobotIdentity::Kind::kCertificate;
  identity.issuer = text_in(*members, "issuer");
  identity.audience = text_in(*members, "audience");
  identity.jwks_uri = text_in(*members, "jwks_uri");
  identity.trusted_ca_pem = text_in(*members, "trusted_ca_pem");
  identity.ca_sha256 = text_in(*members, "ca_sha256");
  identity.subject = text_in(*members, "subject");
  identity.san_uri = text_in(*members, "san_uri");
  identity.san_dns = text_in(*members, "san_dns");
  if (const auto* const claims = members->if_contains("claims")) {
    STRONGROOM_TRY(identity.claims, text_map_from_json(boost::json::serialize(*claims)));
  }
  if (const auto* const ranges = members->if_contains("allowed_addresses")) {
    STRONGROOM_TRY(identity.allowed_addresses, texts_from_json(boost::json::serialize(*ranges)));
  }
  return identity;
}

}  // namespace strongroom::vault
