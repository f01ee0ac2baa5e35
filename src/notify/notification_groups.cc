#include "notify/notification_groups.h"

#include <utility>

namespace strongroom::notify {
namespace {

// As the store's lower() does, whatever the locale: no letter of another alphabet becomes one of
// somebody else's address.
std::string without_case(std::string address) {
  for (char& letter : address) {
    if ('A' <= letter && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return address;
}

}  // namespace

void NotificationGroups::add(EventKind kind, const Belonging& of, Subject subject) {
  Notification& group = groups_[{kind, of.project, without_case(of.owner_email)}];
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
