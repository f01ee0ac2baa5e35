#pragma once
// MACs of rows that are not secret but must not be forged (invariant 2): whoever can write to the
// database, and has no key, can neither make a robot key or an access rule, nor bring back one that
// was revoked, nor turn a target system's secrets elsewhere.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_rows.h"
#include "storage/target_system_rows.h"

namespace strongroom::vault {

// Fields as one text, each behind its length, so that no two lists of fields give the same.
class FieldText {
 public:
  FieldText& add(std::string_view field);
  FieldText& add(std::int64_t number);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The mac column of each, over the others (but for what is not a column, and created_at).
// Errors: kNotFound, the server has no key.
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotKeyRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotAccessRow& row);
// destination_mac, over what decides where a target system's secrets may go.
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::TargetSystemRow& row);

// Errors: kCorrupt, the row is not what was stored; as mac_of().
Status check_mac(const crypto::Sealer& sealer, const storage::RobotKeyRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::RobotAccessRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::TargetSystemRow& row);

}  // namespace strongroom::vault
