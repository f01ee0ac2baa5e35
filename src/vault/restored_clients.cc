#include "vault/restored_clients.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crypto/equal.h"
#include "storage/oauth_client_rows.h"
#include "vault/change_event.h"
#include "vault/reach.h"
#include "vault/refresh_plan.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::kBasicEngineMark;
using storage::kQuarantineMark;
using storage::RestoreMarkRow;
using storage::Snapshot;
using storage::Transaction;

Result<std::string> mac_of(const crypto::Sealer& sealer, const RestoreMarkRow& row) {
  FieldText fields;
  fields.add(row.oauth_client_id.raw()).add(row.mark).add(row.at.time_since_epoch().count());
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("restore_marks", fields.text()));
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Result<std::vector<RestoreMarkRow>> select(Snapshot& snapshot, const QuarantineSelection& which) {
  if (which.client) {
    STRONGROOM_TRY(auto row,
                   storage::find_restore_mark(snapshot, which.client->uuid, kQuarantineMark));
    std::vector<RestoreMarkRow> rows;
    if (row) rows.push_back(*std::move(row));
    return rows;
  }
  std::optional<Uuid> system;
  if (which.target_system) system = which.target_system->uuid;
  return storage::restore_marks(snapshot, kQuarantineMark, system);
}

}  // namespace

Status check_mac(const crypto::Sealer& sealer, const RestoreMarkRow& row) {
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               "restore_marks " + row.oauth_client_id.text()};
}

Status put_restore_mark(const crypto::Sealer& sealer, Transaction& tx, const Uuid& oauth_client,
                        std::string_view mark, WallTime at) {
  RestoreMarkRow row{oauth_client, std::string(mark), at, {}};
  STRONGROOM_TRY(row.mac, mac_of(sealer, row));
  return storage::put_restore_mark(tx, row);
}

// Whether the mark's own MAC is right does not matter: who puts one there stops refreshes, and who
// takes one away is found out at the next start.
Status check_not_quarantined(Snapshot& snapshot, OAuthClientId client) {
  STRONGROOM_TRY(const auto mark,
                 storage::find_restore_mark(snapshot, client.uuid, kQuarantineMark));
  if (!mark) return {};
  return Error{Code::kNeedsConsent,
               "This client came from a backup, and nobody knows whether its refresh token is the "
               "current one. Have somebody sign in for it, or lift its quarantine.",
               {},
               "quarantined"};
}

Result<std::int64_t> RestoredClients::lift_quarantine(const Actor& actor,
                                                      const QuarantineSelection& which) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  if (!which.client && !which.target_system && !which.all) {
    return Error{Code::kInvalidArgument, "Say which: oauth_client, target_system, or all."}.at(
        "/oauth_client");
  }
  return storage::write<std::int64_t>(context_.store, [&](Transaction& tx) -> Result<std::int64_t> {
    if (which.client) {
      STRONGROOM_CHECK(allowed(actor, Permission::kConfigure,
                               living(storage::find_oauth_client(tx, which.client->uuid))));
    }
    STRONGROOM_TRY(const auto marks, select(tx, which));
    std::int64_t lifted = 0;
    for (const RestoreMarkRow& mark : marks) {
      STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, mark.oauth_client_id));
      if (!client || !actor.grants.has(Permission::kConfigure, client->project_id)) continue;
      STRONGROOM_CHECK(storage::delete_restore_mark(tx, client->id, kQuarantineMark));
      STRONGROOM_CHECK(refresh_again(context_, tx, client->id));
      STRONGROOM_CHECK(record(context_, tx, actor,
                              {.action = audit::Action::kQuarantineLifted,
                               .subject = client->id,
                               .project = client->project_id,
                               .name = client->label}));
      ++lifted;
    }
    return lifted;
  });
}

Status RestoredClients::review_basic_engine(const Actor& actor, OAuthClientId client) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto row, allowed(actor, Permission::kConfigure,
                                           living(storage::find_oauth_client(tx, client.uuid))));
    STRONGROOM_TRY(const bool was_there,
                   storage::delete_restore_mark(tx, row.id, kBasicEngineMark));
    if (!was_there) return {};
    return record(context_, tx, actor,
                  {.action = audit::Action::kOAuthClientUpdated,
                   .subject = row.id,
                   .project = row.project_id,
                   .name = row.label,
                   .fields = {"basic_engine_restored_at"}});
  });
}

Result<RestoredClients::Waiting> RestoredClients::quarantined(const Actor& actor) {
  return storage::read<Waiting>(context_.store, [&](Snapshot& snapshot) -> Result<Waiting> {
    STRONGROOM_TRY(const auto marks, storage::restore_marks(snapshot, kQuarantineMark));
    Waiting waiting;
    for (const RestoreMarkRow& mark : marks) {
      STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, mark.oauth_client_id));
      if (!client || !actor.grants.has(Permission::kView, client->project_id)) continue;
      ++waiting.count;
      waiting.since = std::min(waiting.since.value_or(mark.at), mark.at);
    }
    return waiting;
  });
}

}  // namespace strongroom::vault
