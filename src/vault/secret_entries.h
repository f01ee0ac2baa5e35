#pragma once
// Rows of secrets as the entries of their index.

#include <memory>
#include <vector>

#include "base/result.h"
#include "storage/secret_access_rows.h"
#include "storage/secret_rows.h"
#include "vault/context.h"
#include "vault/secret_index.h"

namespace strongroom::vault {

// The rules of a secret whose MAC is right; others are logged and give nobody anything.
Result<std::vector<AccessEntry>> read_secret_rules(Context& context, storage::Snapshot& snapshot,
                                                   SecretId id);

// All of a secret. Errors: kCorrupt, the row or one of its values is not believed.
Result<std::shared_ptr<const SecretEntry>> read_secret_entry(Context& context,
                                                             storage::Snapshot& snapshot,
                                                             const storage::SecretRow& row);

// Fills `index`, which is empty, at start-up. A row whose MAC does not fit is logged and gives
// nobody anything. Errors: as of the store.
Status load_secret_index(Context& context, SecretIndex& index);

}  // namespace strongroom::vault
