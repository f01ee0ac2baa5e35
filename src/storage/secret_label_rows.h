#pragma once
// Rows of the table secret_old_labels: labels that secrets had until they were renamed. Errors of
// all: as Snapshot::query() and Transaction::execute().

#include <optional>
#include <string>
#include <vector>

#include "base/function.h"
#include "storage/secret_rows.h"
#include "storage/store.h"

namespace strongroom::storage {

struct OldSecretLabelRow {
  Uuid secret_id;
  std::string label;
  std::string label_key;
  WallTime until{};
};

// The one of another living secret of the same project and target system that still answers to the
// label of `row`; the last to do so.
Result<std::optional<OldSecretLabelRow>> find_old_secret_label(Snapshot& snapshot,
                                                               const SecretRow& row, WallTime now);
Result<std::vector<OldSecretLabelRow>> old_labels_of_secret(Snapshot& snapshot,
                                                            const Uuid& secret_id);
// In place of all that there were.
Status replace_old_secret_labels(Transaction& tx, const Uuid& secret_id,
                                 const std::vector<OldSecretLabelRow>& rows);

// Those past their time: whose they are; removed.
Result<std::vector<Uuid>> secrets_with_old_labels_until(Snapshot& snapshot, WallTime moment);
Status delete_old_secret_labels_until(Transaction& tx, WallTime moment);

// Calls `each` with every one. An error of `each` ends the walk and is answered.
Status for_each_old_secret_label(Snapshot& snapshot,
                                 UniqueFunction<Status(const OldSecretLabelRow&)> each);

}  // namespace strongroom::storage
