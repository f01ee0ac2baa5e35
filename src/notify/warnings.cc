#include "notify/warnings.h"

#include <set>
#include <string>
#include <utility>

#include "notify/notification_groups.h"
#include "storage/notification_rows.h"
#include "storage/project_rows.h"
#include "storage/target_system_rows.h"
#include "vault/mortality.h"

namespace strongroom::notify {
namespace {

using storage::NotificationWarningRow;
using storage::Snapshot;
using storage::Transaction;
using vault::ForecastEntry;
using WarningsBySubject = std::map<Uuid, NotificationWarningRow>;

constexpr std::int64_t kPage = 1000;

Uuid subject_of(const ForecastEntry& entry) {
  return entry.client ? entry.client->uuid : entry.target_system.uuid;
}

// What is stored of warnings, and what changes.
class WarningRecord {
 public:
  WarningRecord(Transaction& tx, WallTime now) : tx_(tx), now_(now) {}

  Status load() {
    STRONGROOM_TRY(const auto rows, storage::all_notification_warnings(tx_));
    for (const NotificationWarningRow& row : rows) left_.emplace(row.subject_id, row);
    return {};
  }

  Status take(const ForecastEntry& entry) {
    const Uuid subject = subject_of(entry);
    const auto days = vault::warning_days(entry.ends_at - now_);
    // What is over is told otherwise. One that stands on two pages counts once.
    if (!days || entry.ends_at <= now_ || !seen_.insert(subject).second) return {};
    const auto known = left_.find(subject);
    const bool is_new = known == left_.end() || known->second.ends_at <= now_;
    const bool is_nearer = is_new || *days < known->second.days;
    const bool is_same = !is_new && *days == known->second.days;
    if (known != left_.end()) left_.erase(known);
    if (is_nearer) STRONGROOM_CHECK(tell(entry, *days));
    if (is_same) return {};
    return storage::put_notification_warning(
        tx_, {.subject_id = subject, .ends_at = entry.ends_at, .days = *days});
  }

  // Those whose ends are far away again.
  Status forget_others() {
    for (const auto& [subject, row] : left_) {
      STRONGROOM_CHECK(storage::delete_notification_warning(tx_, subject));
    }
    return {};
  }

  NotificationGroups& groups() { return groups_; }

 private:
  Status tell(const ForecastEntry& entry, std::int64_t days) {
    Belonging of{.project = entry.project ? entry.project->uuid : Uuid{},
                 .owner_name = entry.owner.name,
                 .owner_email = entry.owner.email};
    if (entry.project) {
      STRONGROOM_TRY(const auto project, storage::find_project(tx_, of.project));
      if (project) of.project_name = project->name;
    }
    STRONGROOM_TRY(const auto system, storage::find_target_system(tx_, entry.target_system.uuid));
    groups_.add(EventKind::kDying, of,
                {.client = entry.client ? entry.client->uuid : Uuid{},
                 .label = entry.client ? entry.name : std::string(),
                 .target_system = entry.target_system.uuid,
                 .target_system_name = system ? system->name : std::string(),
                 .cause = std::string(vault::to_text(entry.cause)),
                 .ends_at = entry.ends_at,
                 .within = days});
    return {};
  }

  Transaction& tx_;
  const WallTime now_;
  WarningsBySubject left_;
  std::set<Uuid> seen_;
  NotificationGroups groups_;
};

}  // namespace

Result<std::vector<ForecastEntry>> Warnings::soon(WallTime now) {
  const vault::Actor server{.kind = audit::ActorKind::kServer, .grants = Permissions::all()};
  vault::ForecastQuery query{.until = now + std::chrono::days(vault::kWarningDays.back()),
                             .page_size = kPage};
  std::vector<ForecastEntry> all;
  while (true) {
    STRONGROOM_TRY(auto page, forecasts_.list(server, query));
    const bool is_last = page.items.size() < static_cast<std::size_t>(kPage);
    for (ForecastEntry& entry : page.items) all.push_back(std::move(entry));
    query.offset += kPage;
    if (is_last || query.offset >= vault::Forecasts::kReach) return all;
  }
}

Status Warnings::announce() {
  const WallTime now = context_.clock.now();
  STRONGROOM_TRY(const bool anybody,
                 storage::read<bool>(context_.store, [this](Snapshot& snapshot) {
                   return outbox_.has_listeners(snapshot);
                 }));
  if (!anybody) return {};
  STRONGROOM_TRY(const auto entries, soon(now));
  return context_.store.write([&](Transaction& tx) -> Status {
    WarningRecord record(tx, now);
    STRONGROOM_CHECK(record.load());
    for (const ForecastEntry& entry : entries) STRONGROOM_CHECK(record.take(entry));
    if (entries.size() < static_cast<std::size_t>(vault::Forecasts::kReach)) {
      STRONGROOM_CHECK(record.forget_others());
    }
    if (record.groups().is_empty()) return {};
    return outbox_.put(tx, record.groups().take());
  });
}

}  // namespace strongroom::notify
