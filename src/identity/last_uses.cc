#include "identity/last_uses.h"

namespace strongroom::identity {

void LastUses::note(ApiKeyId key, WallTime at, std::string_view from) {
  const auto noted = noted_.lock();
  Noted& last = (*noted)[key];
  last.use.at = at;
  last.use.from = from;
  last.is_taken = false;
}

std::optional<LastUses::Use> LastUses::of(ApiKeyId key) {
  const auto noted = noted_.lock();
  const auto found = noted->find(key);
  if (found == noted->end()) return std::nullopt;
  return found->second.use;
}

LastUses::Uses LastUses::take_to_write() {
  Uses taken;
  const auto noted = noted_.lock();
  for (auto& [key, last] : *noted) {
    if (!last.is_taken) taken.emplace_back(key, last.use);
    last.is_taken = true;
  }
  return taken;
}

void LastUses::give_back(const Uses& uses) {
  const auto noted = noted_.lock();
  for (const auto& [key, use] : uses) {
    const auto found = noted->find(key);
    if (found != noted->end()) found->second.is_taken = false;
  }
}

}  // namespace strongroom::identity
