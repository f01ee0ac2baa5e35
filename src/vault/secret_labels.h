#pragma once
// The labels of secrets: unique in their project and target system, and answering on for a while
// after a renaming, as those of OAuth clients do (vault/client_labels.h).

#include <vector>

#include "base/result.h"
#include "storage/secret_label_rows.h"
#include "storage/secret_rows.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whether `row` may have its label: no other secret there has it or still answers to it. Errors:
// kConflict "duplicate" at /label, with "existing_id" and, for an old label, "until".
Status check_label_is_free(storage::Snapshot& snapshot, const storage::SecretRow& row,
                           WallTime now);

// The old labels of a secret that was `before` and is `after` now: the label that it gave up is one
// more; one that it took back, that is past its time, or that another one has, is one less. Pass
// the same row twice for a secret that is restored.
Result<std::vector<storage::OldSecretLabelRow>> next_old_labels(storage::Snapshot& snapshot,
                                                                const storage::SecretRow& before,
                                                                const storage::SecretRow& after,
                                                                WallTime now);

}  // namespace strongroom::vault
