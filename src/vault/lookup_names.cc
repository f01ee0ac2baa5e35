#include "vault/lookup_names.h"

#include <functional>

namespace strongroom::vault {

std::string owned_name(const Uuid& owner, std::string_view key) {
  std::string name;
  name.reserve(16 + key.size());
  name.append(owner.raw()).append(key);
  return name;
}

std::string_view composed(std::string_view first, std::string_view second, std::string_view third) {
  thread_local std::string buffer;
  buffer.assign(first).append(second).append(third);
  return buffer;
}

std::size_t hash_of_name(ProjectId project, TargetSystemId target_system, std::string_view key) {
  return std::hash<std::string_view>{}(composed(project.raw(), target_system.raw(), key));
}

}  // namespace strongroom::vault
