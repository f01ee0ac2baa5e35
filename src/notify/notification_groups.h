#pragma once
// Notifications, one for what happened to the clients of one project and one owner.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "notify/notification.h"

namespace strongroom::notify {

// Whose it is, and where.
struct Belonging {
  Uuid project = {};  // nil: of no project
  std::string project_name = {};
  std::string owner_name = {};
  std::string owner_email = {};
};

class NotificationGroups {
 public:
  // One more subject of that kind; behind the first Notification::kMostSubjects it is only counted.
  void add(EventKind kind, const Belonging& of, Subject subject);
  bool is_empty() const { return groups_.empty(); }
  // All of them; it is empty afterwards.
  std::vector<Notification> take();

 private:
  // Addresses are compared without regard to case.
  using Key = std::tuple<EventKind, Uuid, std::string>;
  std::map<Key, Notification> groups_;
};

}  // namespace strongroom::notify
