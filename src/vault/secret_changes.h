#pragma once
// What the changes of a secret, of its values and of its rules have in common.

#include <string>
#include <vector>

#include "base/result.h"
#include "storage/secret_rows.h"
#include "vault/change_event.h"
#include "vault/secret_index.h"
#include "vault/secret_record.h"

namespace strongroom::vault {

Change secret_change(audit::Action action, const storage::SecretRow& row,
                     std::vector<std::string> fields = {});

// What was found, if `actor` has `permission` where it is. Errors: those of `found`; as
// Actor::need().
Result<storage::SecretRow> allowed_secret(const Actor& actor, Permission permission,
                                          Result<storage::SecretRow> found);
// The same for one that lives. Errors: kNotFound.
Result<storage::SecretRow> reachable_secret(storage::Snapshot& snapshot, const Actor& actor,
                                            Permission permission, SecretId id);

// The secret with what is known of its values.
Result<StoredSecret> read_secret(storage::Snapshot& snapshot, const storage::SecretRow& row);

// The index follows the commit. Errors: kCorrupt, a row of it is not believed.
Status put_secret_on_commit(Context& context, SecretIndex& index, storage::Transaction& tx,
                            const storage::SecretRow& row);

}  // namespace strongroom::vault
