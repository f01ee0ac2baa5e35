#include "vault/client_labels.h"

#include <algorithm>
#include <utility>

#include "vault/oauth_clients.h"
#include "vault/stored.h"

namespace strongroom::vault {

Status check_label_is_free(storage::Snapshot& snapshot, const storage::OAuthClientRow& row,
                           WallTime now) {
  STRONGROOM_TRY(const auto existing,
                 storage::find_oauth_client_labelled(snapshot, row.project_id, row.target_system_id,
                                                     row.label_key, row.id));
  if (existing) {
    return duplicate("There is an OAuth client with this label already.", *existing, "/label");
  }
  STRONGROOM_TRY(const auto old,
                 storage::find_old_label(snapshot, row.project_id, row.target_system_id,
                                         row.label_key, row.id, now));
  if (!old) return {};
  return duplicate(
             "Another OAuth client had this label until it was renamed, and still answers to it.",
             old->oauth_client_id, "/label")
      .with("until", old->until);
}

Result<std::vector<storage::OldLabelRow>> next_old_labels(storage::Snapshot& snapshot,
                                                          const storage::OAuthClientRow& before,
                                                          const storage::OAuthClientRow& after,
                                                          WallTime now) {
  STRONGROOM_TRY(std::vector<storage::OldLabelRow> labels,
                 storage::old_labels_of(snapshot, after.id));
  if (before.label_key != after.label_key) {
    std::erase_if(labels, [&](const auto& old) { return old.label_key == before.label_key; });
    labels.push_back({after.id, before.label, before.label_key, now + kOldLabelLifetime});
  }
  std::erase_if(labels, [&](const auto& old) {
    return old.label_key == after.label_key || old.until <= now;
  });
  std::vector<storage::OldLabelRow> kept;
  for (storage::OldLabelRow& old : labels) {
    storage::OAuthClientRow as_label = after;
    as_label.label_key = old.label_key;
    const Status is_free = check_label_is_free(snapshot, as_label, now);
    if (!is_free && is_free.error().code != Code::kConflict) return is_free.error();
    if (is_free) kept.push_back(std::move(old));
  }
  return kept;
}

}  // namespace strongroom::vault
