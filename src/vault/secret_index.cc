#include "vault/secret_index.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "vault/lookup_names.h"
#include "vault/path_pattern.h"

namespace strongroom::vault {
namespace {

std::string_view name_of(ProjectId project, TargetSystemId target_system,
                         std::string_view label_key) {
  return composed(project.uuid.raw(), target_system.uuid.raw(), label_key);
}

std::string_view name_of(const SecretEntry& entry) {
  return name_of(entry.project, entry.target_system, entry.label_key);
}

}  // namespace

const AccessEntry* reading_rule(const RobotEntry& robot, const SecretEntry& secret) {
  if (robot.project != secret.project) return nullptr;
  const auto found = std::ranges::find_if(secret.access, [&](const AccessEntry& rule) {
    if (!rule.is_valid) return false;
    return rule.robot ? *rule.robot == robot.id : path_fits(rule.pattern_key, robot.path_key);
  });
  return found == secret.access.end() ? nullptr : &*found;
}

void SecretIndex::put(SecretId id, const std::shared_ptr<const SecretEntry>& entry) {
  const std::unique_lock lock(mutex_);
  const auto before = secrets_.find(id);
  if (before != secrets_.end()) {
    forget_names(*before->second);
    secrets_.erase(before);
  }
  if (!entry) return;
  secrets_[id] = entry;
  names_[std::string(name_of(*entry))] = id;
  for (const OldLabel& old : entry->old_labels) {
    former_names_.emplace(name_of(entry->project, entry->target_system, old.label_key), id);
  }
}

// Another secret may have the name by now.
void SecretIndex::forget_names(const SecretEntry& entry) {
  const auto named = names_.find(name_of(entry));
  if (named != names_.end() && named->second == entry.id) names_.erase(named);
  for (const OldLabel& old : entry.old_labels) {
    const auto [first, last] =
        former_names_.equal_range(name_of(entry.project, entry.target_system, old.label_key));
    const auto found =
        std::find_if(first, last, [&](const auto& former) { return former.second == entry.id; });
    if (found != last) former_names_.erase(found);
  }
}

void SecretIndex::put_access(SecretId id, std::vector<AccessEntry> access) {
  const std::unique_lock lock(mutex_);
  const auto found = secrets_.find(id);
  if (found == secrets_.end()) return;
  auto changed = std::make_shared<SecretEntry>(*found->second);
  changed->access = std::move(access);
  found->second = std::move(changed);
}

std::shared_ptr<const SecretEntry> SecretIndex::find(SecretId id) const {
  const std::shared_lock lock(mutex_);
  return entry_or_null(secrets_, id);
}

// A label in use today wins over a former one.
NamedSecret SecretIndex::find(ProjectId project, TargetSystemId target_system,
                              std::string_view label_key, WallTime now) const {
  const std::string_view name = name_of(project, target_system, label_key);
  const std::shared_lock lock(mutex_);
  const auto named = names_.find(name);
  if (named != names_.end()) return {entry_or_null(secrets_, named->second)};
  const auto [first, last] = former_names_.equal_range(name);
  for (auto former = first; former != last; ++former) {
    auto secret = entry_or_null(secrets_, former->second);
    if (!secret) continue;
    for (const OldLabel& old : secret->old_labels) {
      if (old.label_key == label_key && old.until > now) return {std::move(secret), old.until};
    }
  }
  return {};
}

std::size_t SecretIndex::size() const {
  const std::shared_lock lock(mutex_);
  return secrets_.size();
}

}  // namespace strongroom::vault
