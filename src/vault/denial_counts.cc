#include "vault/denial_counts.h"

#include <utility>

namespace strongroom::vault {
namespace {

std::string group_of(const audit::Event& denied) {
  std::string group(audit::to_text(denied.action));
  group.append(denied.actor_id.raw());
  group.append(denied.runner_id.raw()).append(denied.reason);
  return group;
}

std::string kind_of(const std::string& group, const audit::Event& denied) {
  std::string kind = group;
  kind.push_back('\n');
  kind.append(denied.subject_id.raw()).append(denied.key_id.raw());
  for (const std::string* name :
       {&denied.asked.project, &denied.asked.target_system, &denied.asked.label}) {
    kind.append("\n").append(*name);
  }
  return kind;
}

// What is left of `a` where it is the same in `b`.
void keep_same(std::string& a, const std::string& b) {
  if (a != b) a.clear();
}
void keep_same(Uuid& a, const Uuid& b) {
  if (a != b) a = {};
}

}  // namespace

void DenialCounts::add(Kind& kind, const audit::Event& denied, std::int64_t count) {
  Counted& counted = kind.counted;
  if (counted.count == 0) counted.event = denied;
  audit::Event& event = counted.event;
  counted.count += count;
  keep_same(event.key_id, denied.key_id);
  keep_same(event.subject_id, denied.subject_id);
  if (event.subject_id.is_nil()) event.subject_name.clear();
  keep_same(event.project_id, denied.project_id);
  keep_same(event.peer, denied.peer);
  keep_same(event.request_id, denied.request_id);
  keep_same(event.asked.project, denied.asked.project);
  keep_same(event.asked.target_system, denied.asked.target_system);
  keep_same(event.asked.label, denied.asked.label);
}

bool DenialCounts::is_first(const audit::Event& denied, BootTime now) {
  const std::string group = group_of(denied);
  std::string key = kind_of(group, denied);
  const auto state = state_.lock();
  auto found = state->kinds.find(key);
  if (found == state->kinds.end()) {
    int& told_apart = state->told_apart[group];
    if (told_apart >= kToldApart) {
      key = group;  // one kind, for all that is more
      found = state->kinds.find(key);
    } else {
      ++told_apart;
    }
  }
  if (found != state->kinds.end()) {
    add(found->second, denied, 1);
    return false;
  }
  if (state->kinds.size() < kMostKinds) state->kinds.emplace(key, Kind{now, {}});
  return true;
}

std::vector<DenialCounts::Counted> DenialCounts::take(BootTime now, bool all) {
  std::vector<Counted> due;
  const auto state = state_.lock();
  for (auto kind = state->kinds.begin(); kind != state->kinds.end();) {
    if (!all && now - kind->second.began < kWindow) {
      ++kind;
      continue;
    }
    if (kind->second.counted.count > 0) due.push_back(std::move(kind->second.counted));
    kind = state->kinds.erase(kind);
  }
  // A robot that always asks for something else is told apart anew when nothing is counted for it.
  std::erase_if(state->told_apart, [&](const auto& group) {
    const auto next = state->kinds.lower_bound(group.first);
    return next == state->kinds.end() || !next->first.starts_with(group.first);
  });
  return due;
}

void DenialCounts::give_back(const Counted& counted, BootTime now) {
  const std::string key = kind_of(group_of(counted.event), counted.event);
  const auto state = state_.lock();
  Kind& kind = state->kinds.try_emplace(key, Kind{now, {}}).first->second;
  add(kind, counted.event, counted.count);
}

}  // namespace strongroom::vault
