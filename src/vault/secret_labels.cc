#include "vault/secret_labels.h"

#include <utility>

#include "vault/oauth_clients.h"
#include "vault/stored.h"

namespace strongroom::vault {

Status check_label_is_free(storage::Snapshot& snapshot, const storage::SecretRow& row,
                           WallTime now) {
  STRONGROOM_TRY(const auto existing, storage::find_secret_labelled(snapshot, row));
  if (existing) return duplicate("There is a secret with this label already.", *existing, "/label");
  STRONGROOM_TRY(const auto old, storage::find_old_secret_label(snapshot, row, now));
  if (!old) return {};
  return duplicate("Another secret had this label until it was renamed, and still answers to it.",
                   old->secret_id, "/label")
      .with("until", old->until);
}

Result<std::vector<storage::OldSecretLabelRow>> next_old_labels(storage::Snapshot& snapshot,
                                                                const storage::SecretRow& before,
                                                                const storage::SecretRow& after,
                                                                WallTime now) {
  STRONGROOM_TRY(std::vector<storage::OldSecretLabelRow> labels,
                 storage::old_labels_of_secret(snapshot, after.id));
  if (before.label_key != after.label_key) {
    std::erase_if(labels, [&](const auto& old) { return old.label_key == before.label_key; });
    labels.push_back({after.id, before.label, before.label_key, now + kOldLabelLifetime});
  }
  std::erase_if(labels, [&](const auto& old) {
    return old.label_key == after.label_key || old.until <= now;
  });
  std::vector<storage::OldSecretLabelRow> kept;
  kept.reserve(labels.size());
  for (storage::OldSecretLabelRow& old : labels) {
    storage::SecretRow as_label = after;
    as_label.label_key = old.label_key;
    const Status is_free = check_label_is_free(snapshot, as_label, now);
    if (!is_free && is_free.error().code != Code::kConflict) return is_free.error();
    if (is_free) kept.push_back(std::move(old));
  }
  return kept;
}

}  // namespace strongroom::vault
