#pragma once
// What a restore did: printed, stored in the restored state, and shown in the console.

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace strongroom::backup {

struct RestoreReport {
  struct Client {
    Uuid id;
    std::string label;
  };
  struct Counts {
    std::int64_t users = 0;
    std::int64_t api_keys = 0;
    std::int64_t robot_keys = 0;
    std::int64_t robot_access = 0;
    std::int64_t robot_inputs = 0;  // of Basic Engine Robots
    // Memberships, roles of groups, accounts, ticked boxes, kills that were gone, projects that
    // were not strict.
    std::int64_t others = 0;
  };

  Uuid backup;
  WallTime restored_at{};
  WallTime backup_created_at{};
  std::string made_by;                   // the version that made the backup
  std::string confirmed_by;              // "audit_trail", "revocation_list" or "nothing"
  std::int64_t quarantined = 0;          // clients
  std::int64_t kept_refresh_tokens = 0;  // that the state before the restore had newer
  std::int64_t sessions_ended = 0;
  std::int64_t authorizations_ended = 0;
  Counts suspended = {};                          // until somebody says that they count
  Counts not_revived = {};                        // something newer says that they do not
  std::vector<Client> basic_engine_clients = {};  // whose box the restore ticked
  std::vector<std::string> warnings = {};         // sentences of this program, with counts at most
  std::string kept;  // where the files of before are, below the directory
};

std::string to_json(const RestoreReport& report);
// For a person at a terminal.
std::string to_text(const RestoreReport& report);

}  // namespace strongroom::backup
