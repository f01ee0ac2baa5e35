#pragma once
// Secrets, as everybody outside the vault sees them: without their values.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "vault/types.h"

namespace strongroom::vault {

using SecretId = Id<struct SecretIdKind>;
using SecretValueId = Id<struct SecretValueIdKind>;

// What robots get. Of a certificate PEM: its private key, itself and its issuers.
using SecretValue = Secret<struct SecretValueKind>;
// What protects a private key, or a PKCS#12 file, that somebody enters.
using SecretPassphrase = Secret<struct SecretPassphraseKind>;

enum class SecretKind : std::uint8_t { kPassword, kApiKey, kCertificate, kText };

// One of a secret's values, without the value.
struct SecretValueInfo {
  SecretValueId id;
  WallTime created_at{};
  std::optional<WallTime> expires_on;
  bool is_current = false;  // robots get it; the other one they get as the next
  std::string subject;      // of a certificate, like the next one
  std::optional<WallTime> not_after;
};
inline constexpr std::size_t kMaxSecretValues = 2;

// A password or the like of a target system. (Not Secret, which is a text that wipes itself.)
struct StoredSecret {
  SecretId id;
  ProjectId project;
  TargetSystemId target_system;
  std::string label;
  SecretKind kind = SecretKind::kPassword;
  std::string user_name;
  std::string notes;  // for people
  Owner owner;
  std::vector<SecretValueInfo> values;  // the current one first
  Stamps stamps;
};

// "This robot", or "every robot whose path fits this pattern", may read one secret.
struct SecretAccess {
  RobotAccessId id;
  ProjectId project;
  SecretId secret;
  std::optional<RobotId> robot;  // either this
  std::string path_pattern;      // or this; see vault/path_pattern.h
  WallTime created_at{};
  std::string invalid_reason = {};  // as vault::RobotAccess has it
  std::optional<WallTime> last_used_at = {};
};

// The text forms that the REST API, the database and the audit trail use.
std::string_view to_text(SecretKind value);
std::optional<SecretKind> secret_kind_from_text(std::string_view text);

}  // namespace strongroom::vault
