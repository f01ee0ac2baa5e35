#pragma once
// MACs of rows that are not secret but must not be forged (invariant 2): whoever can write to the
// database, and has no key, can neither make a robot key or an access rule, nor bring back what was
// revoked or deleted, nor move a robot or a client, nor turn a target system's secrets elsewhere.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/kill_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/server_setting_rows.h"
#include "storage/sign_in_rows.h"
#include "storage/target_system_rows.h"

namespace strongroom::vault {

// Fields as one text, each behind its length, so that no two lists of fields give the same.
class FieldText {
 public:
  FieldText& add(std::string_view field);
  FieldText& add(std::int64_t number);
  const std::string& text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  std::string text_;
};

// The mac column of each. Covered is what decides who gets which token, where it is asked for, and
// until when the row counts (deleted_at, revoked_at). Not covered is what is for people to read,
// and what retrievals write without asking anybody: tokens, leases, and of a client's state whether
// the last retrieval succeeded. Errors: kNotFound, the server has no key.
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ProjectRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::TargetSystemRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::IssuerMetadataRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::OAuthClientRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SignInRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotKeyRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotAccessRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::KillRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotInputRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ServerSettingRow& row);

// A target system with the metadata of its issuer. Errors: kCorrupt, the row is not what was
// stored; as mac_of().
Status check_mac(const crypto::Sealer& sealer, const storage::ProjectRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::TargetSystemRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::OAuthClientRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::RobotRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::SignInRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::RobotKeyRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::RobotAccessRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::KillRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::RobotInputRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::ServerSettingRow& row);

// check_mac() for the rows of one table, of which there may be a million: one for each thread. For
// OAuthClientRow and RobotAccessRow.
template <class Row>
class MacCheck {
 public:
  // Errors: as mac_of().
  static Result<MacCheck> begin(const crypto::Sealer& sealer);
  Status operator()(const Row& row);

 private:
  explicit MacCheck(crypto::MacKey::Stream stream) : stream_(std::move(stream)) {}
  crypto::MacKey::Stream stream_;
};

}  // namespace strongroom::vault
