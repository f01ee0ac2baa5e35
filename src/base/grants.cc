#include "base/grants.h"

#include <algorithm>

namespace strongroom {

void Grants::add(const Uuid& project, Permissions permissions) {
  auto changed = std::make_shared<std::vector<Project>>(projects());
  const auto at = std::ranges::lower_bound(*changed, project, {}, &Project::first);
  if (at != changed->end() && at->first == project) {
    at->second = at->second.with(permissions);
  } else {
    changed->insert(at, {project, permissions});
  }
  projects_ = std::move(changed);
}

Permissions Grants::in(const Uuid& project) const {
  if (project.is_nil()) return everywhere_;
  const auto& all = projects();
  const auto at = std::ranges::lower_bound(all, project, {}, &Project::first);
  if (at == all.end() || at->first != project) return everywhere_;
  return everywhere_.with(at->second);
}

Permissions Grants::anywhere() const {
  Permissions all = everywhere_;
  for (const Project& project : projects()) all = all.with(project.second);
  return all;
}

std::optional<std::vector<Uuid>> Grants::projects_with(Permission permission) const {
  if (has(permission)) return std::nullopt;
  std::vector<Uuid> found;
  for (const Project& project : projects()) {
    if (project.second.has(permission)) found.push_back(project.first);
  }
  return found;
}

Grants Grants::limited_to(const Grants& limits) const {
  Grants both(everywhere_.common(limits.everywhere_));
  const auto add_in = [&](const Uuid& project) {
    const Permissions there = in(project).common(limits.in(project)).without(both.everywhere_);
    if (!there.is_empty()) both.add(project, there);
  };
  for (const Project& project : projects()) add_in(project.first);
  for (const Project& project : limits.projects()) add_in(project.first);
  return both;
}

const std::vector<Grants::Project>& Grants::projects() const {
  static const std::vector<Project> none;
  return projects_ ? *projects_ : none;
}

bool Grants::operator==(const Grants& other) const {
  return everywhere_ == other.everywhere_ && projects() == other.projects();
}

}  // namespace strongroom
