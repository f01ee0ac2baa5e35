#pragma once
// How the look-up index writes names down: one text for a thing and whose it is. Of it alone.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "vault/types.h"

namespace strongroom::vault {

inline constexpr Uuid kAllProjects{};  // the owner under which global target systems are named

// `key` as name_key() writes it.
std::string owned_name(const Uuid& owner, std::string_view key);

// Its parts one after another, as a view into one buffer a thread: valid until the next call.
std::string_view composed(std::string_view first, std::string_view second,
                          std::string_view third = {});

// Of a client's label, today's or a former one.
std::size_t hash_of_name(ProjectId project, TargetSystemId target_system, std::string_view key);

// Null: there is none.
template <class Map, class IdType>
typename Map::mapped_type entry_or_null(const Map& map, const IdType& id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace strongroom::vault
