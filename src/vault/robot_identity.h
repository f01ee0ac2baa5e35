#pragma once
// How a robot without a key proves who it is: with a token that its cluster or CI system signs, or
// with a client certificate.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vault/types.h"

namespace strongroom::vault {

// Exactly one of the two kinds; the members of the other are empty.
struct RobotIdentity {
  enum class Kind : std::uint8_t { kToken, kCertificate };
  Kind kind = Kind::kToken;

  std::string issuer;    // https; as the token names it, letter by letter
  std::string audience;  // that the token must be for
  // JSON pointer -> what it must be; "*" stands for any characters. At least one.
  std::map<std::string, std::string> claims;
  std::string jwks_uri;        // empty: the issuer's own metadata say
  std::string trusted_ca_pem;  // of the issuer's servers; empty: as the machine trusts
  std::vector<std::string> allowed_addresses;  // of theirs, beyond the public internet

  std::string ca_sha256;  // of a CA that vouches for it, 64 hexadecimal digits
  // Exactly one: what the certificate must say.
  std::string subject;  // RFC 2253, as OpenSSL writes it: "CN=robot,O=Example"
  std::string san_uri;  // "spiffe://example.org/robot"
  std::string san_dns;

  bool operator==(const RobotIdentity&) const = default;
};

// Makes it tidy: claim names to pointers, digits to lower case. Errors: kInvalidArgument at the
// member.
Status tidy(RobotIdentity& identity);

// The JSON object that the API and the database have of it.
std::string to_json(const RobotIdentity& identity);
// Errors: kCorrupt.
Result<RobotIdentity> robot_identity_from_json(std::string_view json);

struct RobotIdentityInfo {
  RobotKeyId id;  // identities and keys are of one kind: ways to be let in
  RobotId robot;
  std::string identity;      // JSON object
  std::string restrictions;  // as of a key
  std::int64_t uses = 0;
  WallTime created_at{};
  std::optional<WallTime> revoked_at;
  std::optional<WallTime> last_used_at;
  std::string last_used_from;
};
inline constexpr std::size_t kMaxLiveRobotIdentities = 10;

}  // namespace strongroom::vault
