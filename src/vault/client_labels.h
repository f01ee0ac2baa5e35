#pragma once
// The labels of OAuth clients: unique in their project and target system, and answering on for a
// while after a renaming.

#include <memory>
#include <vector>

#include "base/result.h"
#include "storage/oauth_client_rows.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whether `row` may have its label where it is: nobody else there has it or still answers to it.
// Errors: kConflict "duplicate" at /label, with "existing_id" and, for an old label, "until".
Status check_label_is_free(storage::Snapshot& snapshot, const storage::OAuthClientRow& row,
                           WallTime now);

// The old labels of a client that was `before` and is `after` now: the label that it gave up is one
// more; one that it took back, that is past its time, or that somebody else has where the client is
// now, is one less. Pass the same row twice for a client that is restored.
Result<std::vector<storage::OldLabelRow>> next_old_labels(storage::Snapshot& snapshot,
                                                          const storage::OAuthClientRow& before,
                                                          const storage::OAuthClientRow& after,
                                                          WallTime now);

}  // namespace strongroom::vault
