#include "app/safe_keeping_attention.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace strongroom::app {
namespace {

using Items = std::vector<api::AttentionItem>;

constexpr std::int64_t kLateAfter = 2;  // intervals

void add_suspensions(backup::Suspensions& suspensions, const Grants& grants, Log& log,
                     Items& items) {
  const auto found = suspensions.list(identity::Asker{.grants = grants});
  if (!found) return log.failed("What a restore suspended cannot be counted.", found.error());
  if (found->empty()) return;
  const auto first = std::ranges::min_element(*found, {}, &backup::Suspension::at);
  items.push_back({.kind = "restore_to_review",
                   .since = first->at,
                   .count = static_cast<std::int64_t>(found->size())});
}

}  // namespace

api::AttentionSource recovery_attention(vault::RootKeys& keys, Log& log) {
  return [&keys, &log](const Grants& grants) {
    Items items;
    if (!grants.has(Permission::kManageServer)) return items;
    const auto state = keys.state();
    if (!state) {
      log.failed("Whether there is a recovery file is not known.", state.error());
      return items;
    }
    if (!state->recovery_exported_at) {
      items.push_back({.kind = "recovery_file_missing", .since = state->rotated_at});
    }
    return items;
  };
}

api::AttentionSource backup_attention(const backup::Backups& backups, const Clock& clock,
                                      bool wanted) {
  return [&backups, &clock, wanted](const Grants& grants) {
    Items items;
    if (!grants.has(Permission::kManageServer)) return items;
    const backup::BackupSchedule schedule = backups.schedule();
    if (schedule.failing_since) {
      items.push_back({.kind = "backup_failed", .since = schedule.failing_since});
      return items;
    }
    const bool by_itself = schedule.every_hours > 0;
    const Milliseconds late = std::chrono::hours(kLateAfter * schedule.every_hours);
    const bool is_late = by_itself && schedule.last_at && clock.now() - *schedule.last_at > late;
    if (is_late || (!schedule.last_at && (wanted || by_itself))) {
      items.push_back({.kind = "backup_missing", .since = schedule.last_at});
    }
    return items;
  };
}

api::AttentionSource restore_attention(backup::Suspensions& suspensions,
                                       vault::RestoredClients& clients, Log& log) {
  return [&suspensions, &clients, &log](const Grants& grants) {
    Items items;
    if (grants.has(Permission::kManageServer)) add_suspensions(suspensions, grants, log, items);
    if (!grants.has_anywhere(Permission::kView)) return items;
    const auto waiting = clients.quarantined(vault::Actor{.grants = grants});
    if (!waiting) {
      log.failed("Quarantined clients cannot be counted.", waiting.error());
    } else if (waiting->count > 0) {
      items.push_back(
          {.kind = "clients_quarantined", .since = waiting->since, .count = waiting->count});
    }
    return items;
  };
}

}  // namespace strongroom::app
