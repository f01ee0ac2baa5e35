#include "identity/look_alikes.h"

#include <algorithm>
#include <utility>

namespace strongroom::identity {

void LookAlikes::put(const Uuid& id, std::string_view clean_name) {
  forget(id);
  auto look = look_of(clean_name);
  if (!look) return;  // what looks like nothing is like nothing
  written_.emplace(look->written, id);
  folded_.emplace(look->folded, id);
  looks_.emplace(id, *std::move(look));
}

void LookAlikes::forget(const Uuid& id) {
  const auto found = looks_.find(id);
  if (found == looks_.end()) return;
  take_out(written_, found->second.written, id);
  take_out(folded_, found->second.folded, id);
  looks_.erase(found);
}

Status LookAlikes::check(const Uuid& id, std::string_view clean_name) const {
  STRONGROOM_CHECK(check_scripts(clean_name, "/name"));
  STRONGROOM_TRY(const Look look, look_of(clean_name));
  if (!has_other(written_, look.written, id) && !has_other(folded_, look.folded, id)) return {};
  return Error{Code::kConflict,
               "There is a name already that looks the same: people could not tell them apart.",
               {},
               "look_alike"}
      .at("/name");
}

bool LookAlikes::has_other(const Ids& ids, const std::string& look, const Uuid& id) {
  const auto [begin, end] = ids.equal_range(look);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second != id; });
}

void LookAlikes::take_out(Ids& ids, const std::string& look, const Uuid& id) {
  const auto [begin, end] = ids.equal_range(look);
  const auto found =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == id; });
  if (found != end) ids.erase(found);
}

}  // namespace strongroom::identity
