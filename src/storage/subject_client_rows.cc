#include "storage/subject_client_rows.h"

#include "storage/fetch.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

Uuid read_id(Rows& rows) { return rows.uuid(0); }

}  // namespace

Result<std::vector<Uuid>> clients_of_subject(Snapshot& snapshot, const Uuid& subject_client_id) {
  return fetch_all<Uuid>(snapshot, "SELECT id FROM oauth_clients WHERE subject_client_id = ?",
                         {to_value(subject_client_id)}, read_id);
}

Result<std::int64_t> count_clients_of_subject(Snapshot& snapshot, const Uuid& subject_client_id) {
  return fetch_count(snapshot,
                     "SELECT COUNT(*) FROM oauth_clients "
                     "WHERE subject_client_id = ? AND deleted_at IS NULL",
                     {to_value(subject_client_id)});
}

Result<std::vector<Uuid>> clients_with_subjects(Snapshot& snapshot) {
  return fetch_all<Uuid>(snapshot,
                         "SELECT id FROM oauth_clients WHERE subject_client_id IS NOT NULL "
                         "AND deleted_at IS NULL AND length(token_subject) > 0",
                         {}, read_id);
}

Status put_token_subject(Transaction& tx, const Uuid& oauth_client_id, std::string_view digest) {
  STRONGROOM_CHECK(tx.execute("UPDATE oauth_clients SET token_subject = ? WHERE id = ?",
                              {Blob{digest}, to_value(oauth_client_id)}));
  return {};
}

}  // namespace strongroom::storage
