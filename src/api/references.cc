#include "api/references.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "vault/secrets.h"

namespace strongroom::api {
namespace {

// Goes through the pages of what has `name` as a part of its name, for the one that has it whole.
template <class Id, class Collection>
Result<Id> find_by_name(Collection& collection, const vault::Actor& actor, vault::ListQuery query,
                        std::string_view name, std::string_view field) {
  STRONGROOM_TRY(const std::string clean, clean_name(name, field));
  const std::string wanted = name_key(clean);
  query.filter = clean;
  query.sort = "name";
  query.page_size = vault::kMaxPageSize;
  while (true) {
    STRONGROOM_TRY(const auto page, collection.list(actor, query));
    for (const auto& item : page.items) {
      if (name_key(item.name) == wanted) return item.id;
    }
    query.offset += vault::kMaxPageSize;
    if (query.offset >= page.total) break;
  }
  return Error{Code::kInvalidArgument, "There is none with this id or name."}.at(
      std::string(field));
}

// The name of what `collection` has under `id`, kept in `known`.
template <class Id, class Collection>
const std::string& name_of(Collection& collection, const vault::Actor& actor, Id id,
                           std::unordered_map<Id, std::string, UuidHash>& known) {
  const auto [entry, is_new] = known.try_emplace(id);
  if (is_new) {
    if (auto item = collection.get(actor, id)) entry->second = std::move(item->name);
  }
  return entry->second;
}

// What `collection` has under `id`, kept in `known`; null: nothing, or not any more.
template <class Id, class Collection, class Item>
const Item* item_of(Collection& collection, const vault::Actor& actor, Id id,
                    std::unordered_map<Id, std::optional<Item>, UuidHash>& known) {
  const auto [entry, is_new] = known.try_emplace(id);
  if (is_new) {
    if (auto item = collection.get(actor, id)) entry->second = *std::move(item);
  }
  return entry->second ? &*entry->second : nullptr;
}

}  // namespace

Result<vault::ProjectId> find_project(const Services& services, const vault::Actor& actor,
                                      std::string_view text, std::string_view field) {
  if (const auto id = vault::ProjectId::parse(text)) return *id;
  return find_by_name<vault::ProjectId>(services.projects, actor, {}, text, field);
}

Result<vault::TargetSystemId> find_target_system(const Services& services,
                                                 const vault::Actor& actor,
                                                 vault::ProjectId project, std::string_view text,
                                                 std::string_view field) {
  if (const auto id = vault::TargetSystemId::parse(text)) return *id;
  vault::ListQuery query;
  query.project = project;
  return find_by_name<vault::TargetSystemId>(services.target_systems, actor, query, text, field);
}

const std::string& Names::of(vault::ProjectId id) {
  return name_of(services_.projects, actor_, id, projects_);
}

const std::string& Names::of(vault::TargetSystemId id) {
  return name_of(services_.target_systems, actor_, id, target_systems_);
}

const vault::OAuthClient* Names::find(vault::OAuthClientId id) {
  return item_of(services_.oauth_clients, actor_, id, clients_);
}

const vault::Robot* Names::find(vault::RobotId id) {
  return item_of(services_.robots, actor_, id, robots_);
}

const vault::StoredSecret* Names::find(vault::SecretId id) {
  return item_of(services_.secrets, actor_, id, secrets_);
}

std::int64_t Names::live_keys_of(vault::RobotId id) const {
  const auto keys = services_.robots.list_keys(actor_, id);
  if (!keys) return 0;
  return std::ranges::count_if(*keys, [](const auto& key) { return !key.revoked_at; });
}

}  // namespace strongroom::api
