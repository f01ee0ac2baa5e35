#pragma once
// What the lists of users and groups have in common: they are filtered and paged in memory.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/list_request.h"
#include "base/unicode.h"

namespace strongroom::api {

// Whoever manages users somewhere sees who there is. Errors: kPermissionDenied.
inline Status need_people(const Call& call) { return call.actor().need(Permission::kManageUsers); }

// Only those whose name has `filter` in it, in any case.
template <class T, class NameOf>
void keep_named(std::vector<T>& all, const std::string& filter, NameOf name_of) {
  if (filter.empty()) return;
  const std::string wanted = name_key(filter);
  std::erase_if(
      all, [&](const T& one) { return name_key(name_of(one)).find(wanted) == std::string::npos; });
}

template <class T>
std::span<const T> page_of(const std::vector<T>& all, const PageRequest& page) {
  const auto first = std::min(all.size(), static_cast<std::size_t>(page.offset()));
  const auto count = std::min(all.size() - first, static_cast<std::size_t>(page.page_size));
  return std::span(all).subspan(first, count);
}

}  // namespace strongroom::api
