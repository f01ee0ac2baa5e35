#pragma once
// What one event of the audit trail means for whoever is to be told: decided by what people were
// told of its client before.

#include <map>
#include <string>

#include "audit/recorded_event.h"
#include "base/result.h"
#include "notify/notification_groups.h"
#include "storage/oauth_client_rows.h"
#include "storage/store.h"

namespace strongroom::notify {

// Of one transaction. What it is to write is written in that.
class TroubleRecord {
 public:
  // `tx` must outlive it.
  explicit TroubleRecord(storage::Transaction& tx) : tx_(tx) {}

  // Events of one client or target system in the order of the trail. What there is to tell is in
  // groups(). Errors: as Snapshot::query() and Transaction::execute().
  Status take(const audit::RecordedEvent& event);
  NotificationGroups& groups() { return groups_; }
  // Of each client that was looked at: whether there is a trouble of it now.
  const std::map<Uuid, bool>& changes() const { return changes_; }

 private:
  Status failed(const storage::OAuthClientRow& client, const audit::RecordedEvent& event);
  Status recovered(const storage::OAuthClientRow& client);
  Status take_system(const Uuid& id, const audit::RecordedEvent& event);
  Status tell(EventKind kind, const storage::OAuthClientRow& client, std::string cause);
  Result<std::string> project_name(const Uuid& id);
  Result<std::string> system_name(const Uuid& id);

  storage::Transaction& tx_;
  NotificationGroups groups_;
  std::map<Uuid, bool> changes_;
  std::map<Uuid, std::string> project_names_;
  std::map<Uuid, std::string> system_names_;
};

}  // namespace strongroom::notify
