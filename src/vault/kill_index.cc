#include "vault/kill_index.h"

#include <algorithm>
#include <array>

namespace strongroom::vault {
namespace {

template <class Value>
struct Named {
  Value value;
  std::string_view text;
};
template <class Value>
Named(Value, std::string_view) -> Named<Value>;

constexpr std::array kScopes{
    Named{KillScope::kRobot, "robot"}, Named{KillScope::kOAuthClient, "oauth_client"},
    Named{KillScope::kTargetSystem, "target_system"},
    Named{KillScope::kServiceProvider, "service_provider"}, Named{KillScope::kProject, "project"}};
constexpr std::array kRevocations{Named{KillRevocation::kOff, "off"},
                                  Named{KillRevocation::kQueued, "queued"},
                                  Named{KillRevocation::kDone, "done"}};

template <class Table, class Value>
std::string_view text_in(const Table& table, Value value) {
  return table[static_cast<std::size_t>(value)].text;
}

template <class Value, std::size_t kCount>
std::optional<Value> value_in(const std::array<Named<Value>, kCount>& table,
                              std::string_view text) {
  const auto* const found = std::ranges::find(table, text, &Named<Value>::text);
  return found == table.end() ? std::nullopt : std::optional(found->value);
}

template <class Map, class Key>
std::optional<KillId> found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::string_view to_text(KillScope value) { return text_in(kScopes, value); }
std::optional<KillScope> kill_scope_from_text(std::string_view text) {
  return value_in(kScopes, text);
}
std::string_view to_text(KillRevocation value) { return text_in(kRevocations, value); }
std::optional<KillRevocation> kill_revocation_from_text(std::string_view text) {
  return value_in(kRevocations, text);
}

void KillIndex::put(KillId id, const KillSubject& subject) {
  if (subject.scope == KillScope::kServiceProvider) {
    providers_[subject.service_provider] = id;
  } else {
    ids_[subject.id] = id;
  }
}

void KillIndex::remove(KillId id) {
  std::erase_if(ids_, [&](const auto& entry) { return entry.second == id; });
  std::erase_if(providers_, [&](const auto& entry) { return entry.second == id; });
}

std::optional<KillId> KillIndex::of(const Uuid& id) const { return found_in(ids_, id); }

std::optional<KillId> KillIndex::of_provider(std::string_view service_provider) const {
  return found_in(providers_, service_provider);
}

}  // namespace strongroom::vault
