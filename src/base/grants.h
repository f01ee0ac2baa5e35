#pragma once
// What a person may do, and in which projects.

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/permission.h"
#include "base/uuid.h"

namespace strongroom {

// Permissions everywhere, and more in single projects. What concerns no project, such as target
// systems of all projects, needs them everywhere. A plain value, cheap to copy; safe to read from
// any thread.
class Grants {
 public:
  Grants() = default;
  // Those permissions everywhere. Not explicit: it is what a set of permissions alone says.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Grants(Permissions everywhere) : everywhere_(everywhere) {}

  void add(Permissions permissions) { everywhere_ = everywhere_.with(permissions); }
  // `project` is not nil.
  void add(const Uuid& project, Permissions permissions);

  Permissions everywhere() const { return everywhere_; }
  // In one project, those from everywhere included; nil: in none, only those from everywhere.
  Permissions in(const Uuid& project) const;
  // Those that are held in some project or everywhere.
  Permissions anywhere() const;

  bool has(Permission permission) const { return everywhere_.has(permission); }
  bool has(Permission permission, const Uuid& project) const { return in(project).has(permission); }
  bool has_anywhere(Permission permission) const { return anywhere().has(permission); }
  // The projects in which it is held; nullopt: in all. By id, none twice.
  std::optional<std::vector<Uuid>> projects_with(Permission permission) const;
  bool is_empty() const { return anywhere().is_empty(); }

  // What is in these and in `limits`, place by place: an API key's part of its user's.
  Grants limited_to(const Grants& limits) const;

  // By project id; what is only from everywhere is not among them.
  using Project = std::pair<Uuid, Permissions>;
  const std::vector<Project>& projects() const;

  bool operator==(const Grants& other) const;

 private:
  Permissions everywhere_;
  std::shared_ptr<const std::vector<Project>> projects_;  // null: none. Sorted, never changed
};

}  // namespace strongroom
