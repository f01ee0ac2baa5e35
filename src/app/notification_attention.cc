#include "app/notification_attention.h"

#include <vector>

namespace strongroom::app {

api::AttentionSource notification_attention(const Notifier& notifier) {
  return [&notifier](const Grants& grants) {
    std::vector<api::AttentionItem> items;
    const std::int64_t dead = notifier.deliveries().dead;
    if (dead > 0 && grants.has(Permission::kManageServer)) {
      items.push_back({.kind = "notifications_given_up", .count = dead});
    }
    return items;
  };
}

}  // namespace strongroom::app
