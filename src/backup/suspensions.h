#pragma once
// What a restore suspended, while the server serves: shown, and lifted by somebody who knows that
// it still counts.

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "identity/api_keys.h"
#include "identity/context.h"
#include "identity/rights.h"
#include "identity/users.h"
#include "storage/restore_rows.h"
#include "vault/context.h"
#include "vault/secret_access.h"

namespace strongroom::backup {

struct Suspension {
  Uuid id;
  std::string kind;  // one of those in backup/rights.h
  Uuid subject;
  std::string name;
  Uuid project;  // nil: none
  WallTime at{};
};

// Safe to use from any thread; blocks. All but the report needs Permission::kManageServer
// everywhere; errors of all: kPermissionDenied, and as of the store.
class Suspensions {
 public:
  struct Parts {
    vault::Context& vault;
    identity::Context identity;
    identity::Users& users;
    identity::ApiKeys& api_keys;
    const identity::Rights& rights;
    vault::SecretAccessRules& secret_access;
  };
  explicit Suspensions(const Parts& parts) : parts_(parts) {}

  // What is suspended, and still there: by kind and name.
  Result<std::vector<Suspension>> list(const identity::Asker& asker);

  // It counts again. Nobody lifts a user who may more than they do. Errors: kNotFound, there is no
  // such suspension; kCorrupt; kUnavailable "audit_unavailable".
  Status lift(const identity::Asker& asker, const Uuid& id);
  // Each that may be lifted; answers how many. What is refused stays.
  Result<std::int64_t> lift_all(const identity::Asker& asker);

  // The report of the last restore, as JSON. Errors: kNotFound, there was none.
  Result<std::string> report(const identity::Asker& asker);

 private:
  Status lift(storage::Transaction& tx, const identity::Asker& asker,
              const storage::SuspensionRow& row);
  Status lift_user(storage::Transaction& tx, const identity::Asker& asker,
                   const storage::SuspensionRow& row);
  Status lift_robot_key(storage::Transaction& tx, const storage::SuspensionRow& row);
  Status lift_rule(storage::Transaction& tx, const storage::SuspensionRow& row);
  Status lift_input(storage::Transaction& tx, const storage::SuspensionRow& row);

  const Parts parts_;
};

}  // namespace strongroom::backup
