#include "notify/notification_groups.h"

#include <utility>

#include "base/ascii.h"

namespace strongroom::notify {
void NotificationGroups::add(EventKind kind, const Belonging& of, Subject subject) {
  Notification& group = groups_[{kind, of.project, lower_case(of.owner_email)}];
  if (group.count == 0) {
    group.kind = kind;
    group.project = of.project;
    group.project_name = of.project_name;
    group.owner_name = of.owner_name;
    group.owner_email = of.owner_email;
  }
  group.count += 1;
  if (group.subjects.size() < Notification::kMostSubjects) {
    group.subjects.push_back(std::move(subject));
  }
}

std::vector<Notification> NotificationGroups::take() {
  std::vector<Notification> all;
  all.reserve(groups_.size());
  for (auto& [key, group] : groups_) all.push_back(std::move(group));
  groups_.clear();
  return all;
}

}  // namespace strongroom::notify
