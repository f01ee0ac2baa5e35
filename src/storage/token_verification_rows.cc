#include "storage/token_verification_rows.h"

#include <string_view>

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::int64_t kHour = 3'600'000;  // as times are stored

// c is the client, t its target system, p its project. A restore left those alone whose tokens
// nobody knows to be current.
#define STRONGROOM_MAY_BE_TRIED                                                           \
  "t.verify_every_hours > 0 AND t.oauth_enabled AND t.deleted_at IS NULL AND "            \
  "p.deleted_at IS NULL AND c.deleted_at IS NULL AND c.sealed_token IS NOT NULL AND "     \
  "c.state IN ('active', 'failing') AND NOT EXISTS (SELECT 1 FROM restore_marks q WHERE " \
  "q.oauth_client_id = c.id AND q.mark = 'quarantine')"

VerificationPlan read_plan(Rows& rows) {
  return {
      .oauth_client_id = rows.uuid(0), .project_id = rows.uuid(1), .every_hours = rows.integer(2)};
}

FoundVerification read_found(Rows& rows) {
  return {.row = {.oauth_client_id = rows.uuid(0),
                  .tried_at = rows.maybe_time(1),
                  .outcome = std::string(rows.text(2)),
                  .way = std::string(rows.text(3)),
                  .account = std::string(rows.text(4)),
                  .token_ends_at = rows.maybe_time(5),
                  .cause = std::string(rows.text(6)),
                  .renewal = std::string(rows.text(7)),
                  .due_at = rows.maybe_time(8)},
          .every_hours = rows.integer(9)};
}

}  // namespace

Result<std::optional<FoundVerification>> find_token_verification(Snapshot& snapshot,
                                                                 const Uuid& oauth_client_id) {
  return fetch_one<FoundVerification>(
      snapshot,
      "SELECT c.id, v.tried_at, COALESCE(v.outcome, ''), COALESCE(v.way, ''), "
      "COALESCE(v.account, ''), v.token_ends_at, COALESCE(v.cause, ''), COALESCE(v.renewal, ''), "
      "v.due_at, t.verify_every_hours FROM oauth_clients c "
      "JOIN target_systems t ON t.id = c.target_system_id "
      "LEFT JOIN token_verifications v ON v.oauth_client_id = c.id WHERE c.id = ?",
      {to_value(oauth_client_id)}, read_found);
}

Status put_token_verification(Transaction& tx, const TokenVerificationRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT OR REPLACE INTO token_verifications (oauth_client_id, tried_at, outcome, "
      "way, account, token_ends_at, cause, renewal, due_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.oauth_client_id), to_value(row.tried_at), row.outcome, row.way, row.account,
       to_value(row.token_ends_at), row.cause, row.renewal, to_value(row.due_at)}));
  return {};
}

Result<std::vector<VerificationPlan>> unplanned_verifications(Snapshot& snapshot, WallTime now,
                                                              std::size_t limit) {
  return fetch_all<VerificationPlan>(
      snapshot,
      "SELECT c.id, c.project_id, t.verify_every_hours FROM target_systems t "
      "JOIN oauth_clients c ON c.target_system_id = t.id JOIN projects p ON p.id = c.project_id "
      "LEFT JOIN token_verifications v ON v.oauth_client_id = c.id "
      "WHERE " STRONGROOM_MAY_BE_TRIED
      " AND (v.due_at IS NULL OR v.due_at > ? + t.verify_every_hours * ?) LIMIT ?",
      {to_value(now), kHour, to_value(static_cast<std::int64_t>(limit))}, read_plan);
}

Result<std::vector<VerificationPlan>> verifications_due(Snapshot& snapshot, WallTime until,
                                                        std::size_t limit) {
  return fetch_all<VerificationPlan>(
      snapshot,
      "SELECT c.id, c.project_id, CASE WHEN " STRONGROOM_MAY_BE_TRIED
      " THEN t.verify_every_hours ELSE 0 END FROM token_verifications v "
      "CROSS JOIN oauth_clients c ON c.id = v.oauth_client_id "
      "JOIN target_systems t ON t.id = c.target_system_id JOIN projects p ON p.id = c.project_id "
      "WHERE v.due_at <= ? ORDER BY v.due_at LIMIT ?",
      {to_value(until), to_value(static_cast<std::int64_t>(limit))}, read_plan);
}

Status put_verification_due(Transaction& tx, const Uuid& oauth_client_id,
                            std::optional<WallTime> due_at) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO token_verifications (oauth_client_id, due_at) VALUES (?, ?) "
                 "ON CONFLICT (oauth_client_id) DO UPDATE SET due_at = excluded.due_at",
                 {to_value(oauth_client_id), to_value(due_at)}));
  return {};
}

#undef STRONGROOM_MAY_BE_TRIED

}  // namespace strongroom::storage
