#include "identity/groups.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/group_record.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::GroupRow;
using storage::Transaction;

constexpr std::size_t kLongestDescription = 1000;
constexpr std::size_t kLongestClaim = 512;

Error no_such_group() { return Error{Code::kNotFound, "There is no such group."}; }
Error name_taken() {
  return Error{Code::kConflict, "There is a group with this name already.", {}, "duplicate"}.at(
      "/name");
}

}  // namespace

Status Groups::load() {
  const auto load_rows = [this](auto read, std::string_view what) -> Status {
    using Rows = typename std::invoke_result_t<decltype(read), storage::Snapshot&>::value_type;
    STRONGROOM_TRY(const Rows rows, storage::read<Rows>(context_.store, read));
    for (const auto& row : rows) {
      STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
      if (genuine) {
        put(row);
      } else {
        context_.log.error("a row was changed from outside; it gives nobody anything",
                           {{"table", what}, {"id", row.id}});
      }
    }
    return {};
  };
  STRONGROOM_CHECK(load_rows(storage::all_groups, "user_groups"));
  STRONGROOM_CHECK(load_rows(storage::all_group_members, "group_members"));
  return load_rows(storage::all_group_roles, "group_roles");
}

Group Groups::to_group(const Held& held) const {
  Group group{.id = GroupId{held.row.id},
              .name = held.row.name,
              .name_key = held.row.name_key,
              .description = held.row.description,
              .claim_value = held.row.claim_value,
              .roles = {},
              .members = held.members.size(),
              .revision = held.row.revision,
              .created_at = held.row.created_at,
              .updated_at = held.row.updated_at};
  for (const auto& [id, row] : held.roles) {
    group.roles.push_back({id, RoleId{row.role_id}, row.project_id, row.created_at});
  }
  return group;
}

std::optional<Group> Groups::find(GroupId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = groups_.find(id);
  if (found == groups_.end()) return std::nullopt;
  return to_group(found->second);
}

std::optional<Group> Groups::find(std::string_view name) const {
  const auto clean = clean_name(name, "/group");
  if (!clean) return std::nullopt;
  const std::string key = name_key(*clean);
  const std::shared_lock lock(mutex_);
  for (const auto& [id, held] : groups_) {
    if (held.row.name_key == key) return to_group(held);
  }
  return std::nullopt;
}

std::vector<Group> Groups::all() const {
  std::vector<Group> all;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, held] : groups_) all.push_back(to_group(held));
  }
  std::ranges::sort(all, {}, &Group::name_key);
  return all;
}

std::vector<GroupMember> Groups::members(GroupId id) const {
  std::vector<GroupMember> all;
  const std::shared_lock lock(mutex_);
  const auto found = groups_.find(id);
  if (found == groups_.end()) return all;
  all.reserve(found->second.members.size());
  for (const auto& [user, member] : found->second.members) all.push_back(member);
  return all;
}

std::vector<GroupId> Groups::groups_of(UserId user) const {
  const std::shared_lock lock(mutex_);
  const auto found = of_user_.find(user);
  return found == of_user_.end() ? std::vector<GroupId>() : found->second;
}

Grants Groups::grants_of(const Held& held) const {
  Grants grants;
  for (const auto& [id, row] : held.roles) {
    const auto role = roles_.find(RoleId{row.role_id});
    if (!role) continue;
    if (row.project_id) {
      grants.add(*row.project_id, role->permissions);
    } else {
      grants.add(role->permissions);
    }
  }
  return grants;
}

Grants Groups::grants_of(GroupId group) const {
  const std::shared_lock lock(mutex_);
  const auto found = groups_.find(group);
  return found == groups_.end() ? Grants() : grants_of(found->second);
}

Grants Groups::grants_of(UserId user) const {
  Grants all;
  const std::shared_lock lock(mutex_);
  const auto found = of_user_.find(user);
  if (found == of_user_.end()) return all;
  for (const GroupId group : found->second) {
    const Grants grants = grants_of(groups_.at(group));
    all.add(grants.everywhere());
    for (const auto& [project, permissions] : grants.projects()) all.add(project, permissions);
  }
  return all;
}

Status Groups::set_fields(const GroupFields& fields, GroupRow& row) const {
  if (fields.name) {
    STRONGROOM_TRY(std::string name, clean_name(*fields.name, "/name"));
    const auto same = find(name);
    if (same && same->id.uuid != row.id) return name_taken();
    if (name != row.name) {
      const std::shared_lock lock(mutex_);
      STRONGROOM_CHECK(look_alikes_.check(row.id, name));
    }
    row.name = std::move(name);
    row.name_key = name_key(row.name);
  }
  if (fields.description) {
    STRONGROOM_TRY(row.description,
                   clean_text(*fields.description, "/description", kLongestDescription));
  }
  if (fields.claim_value) {
    STRONGROOM_TRY(row.claim_value, clean_text(*fields.claim_value, "/claim_value", kLongestClaim));
  }
  STRONGROOM_TRY(row.mac, group_mac(context_.sealer, row));
  return {};
}

Result<Group> Groups::create(const Asker& asking, const GroupFields& fields) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  GroupFields given = fields;
  given.name = fields.name.value_or("");
  const WallTime now = context_.clock.now();
  GroupRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.created_at = row.updated_at = now;
  STRONGROOM_CHECK(set_fields(given, row));
  const auto event = change_event(context_, asker, Action::kGroupCreated, row.id, row.name);
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::insert_group(tx, row));
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, row] { put(row); });
    return {};
  });
  STRONGROOM_CHECK(written);
  return *find(GroupId{row.id});
}

Result<GroupRow> Groups::changeable(storage::Snapshot& snapshot, GroupId id) const {
  STRONGROOM_TRY(auto row, storage::find_group(snapshot, id.uuid));
  if (!row || !find(id)) return no_such_group();
  STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
  if (!genuine) return Error{Code::kCorrupt, "A group's row was changed from outside.", id.text()};
  return *std::move(row);
}

// Whoever changes which claim makes people members gives them what the group has.
Result<Group> Groups::update(const Asker& asking, GroupId id, std::int64_t expected,
                             const GroupFields& fields) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(GroupRow row, changeable(tx, id));
    STRONGROOM_CHECK(check_revision(row.revision, expected));
    const GroupRow before = row;
    STRONGROOM_CHECK(set_fields(fields, row));
    auto event = change_event(context_, asker, Action::kGroupUpdated, row.id, row.name);
    if (before.name != row.name) event.fields.emplace_back("name");
    if (before.description != row.description) event.fields.emplace_back("description");
    if (before.claim_value != row.claim_value) {
      STRONGROOM_CHECK(need_all(asker, grants_of(id)));
      event.fields.emplace_back("claim_value");
    }
    if (event.fields.empty()) return {};
    ++row.revision;
    row.updated_at = event.at;
    STRONGROOM_CHECK(storage::update_group(tx, row));
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, row] { put(row); });
    return {};
  });
  STRONGROOM_CHECK(written);
  return *find(id);
}

Status Groups::remove(const Asker& asking, GroupId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const GroupRow row, changeable(tx, id));
    STRONGROOM_TRY(const bool had_one, has_administrator(tx));
    STRONGROOM_CHECK(storage::delete_group(tx, row.id));
    STRONGROOM_CHECK(need_administrator_left(tx, asker, had_one));
    STRONGROOM_CHECK(context_.trail.record_change(
        tx, change_event(context_, asker, Action::kGroupDeleted, row.id, row.name)));
    tx.on_commit([this, id] {
      const std::unique_lock lock(mutex_);
      const auto found = groups_.find(id);
      if (found == groups_.end()) return;
      for (const auto& [user, member] : found->second.members) std::erase(of_user_[user], id);
      look_alikes_.forget(id.uuid);
      groups_.erase(found);
    });
    return {};
  });
}

void Groups::put(const GroupRow& row) {
  const std::unique_lock lock(mutex_);
  look_alikes_.put(row.id, row.name);
  groups_[GroupId{row.id}].row = row;
}

}  // namespace strongroom::identity
