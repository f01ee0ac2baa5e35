// Who is in a group, and which roles it has: the other half of identity::Groups.

#include <algorithm>
#include <mutex>
#include <utility>

#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/group_record.h"
#include "identity/groups.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::GroupMemberRow;
using storage::GroupRoleRow;
using storage::GroupRow;
using storage::Transaction;

Error no_such_user() { return Error{Code::kNotFound, "There is no such user."}; }
Error no_such_group_role() { return Error{Code::kNotFound, "The group has no such role."}; }

// What a role gives there.
Grants grants_of(const Role& role, const std::optional<Uuid>& project) {
  if (!project) return role.permissions;
  Grants grants;
  grants.add(*project, role.permissions);
  return grants;
}

}  // namespace

Status Groups::join(Transaction& tx, const Asker& asker, const GroupRow& group, const User& user,
                    std::string_view source) {
  STRONGROOM_TRY(const auto there, storage::find_group_member(tx, group.id, user.id.uuid, source));
  if (there) return {};
  const WallTime now = context_.clock.now();
  GroupMemberRow row{.id = crypto::make_uuid(now, context_.random),
                     .group_id = group.id,
                     .user_id = user.id.uuid,
                     .source = std::string(source),
                     .mac = {},
                     .created_at = now};
  STRONGROOM_TRY(row.mac, member_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_group_member(tx, row));
  auto event = change_event(context_, asker, Action::kGroupMemberAdded, user.id.uuid, group.name);
  event.reason = source;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, row] { put(row); });
  return {};
}

Status Groups::leave(Transaction& tx, const Asker& asker, const GroupRow& group, const User& user,
                     std::string_view source) {
  STRONGROOM_TRY(const auto row, storage::find_group_member(tx, group.id, user.id.uuid, source));
  if (!row) return {};
  STRONGROOM_CHECK(storage::delete_group_member(tx, row->id));
  auto event = change_event(context_, asker, Action::kGroupMemberRemoved, user.id.uuid, group.name);
  event.reason = source;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, gone = *row] { forget(gone); });
  return {};
}

Status Groups::add_member(const Asker& asking, GroupId id, UserId user) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const GroupRow group, changeable(tx, id));
    const auto known = users_.find(user);
    if (!known) return no_such_user();
    STRONGROOM_CHECK(need_all(asker, grants_of(id)));
    return join(tx, asker, group, *known, kLocalMember);
  });
}

Status Groups::remove_member(const Asker& asking, GroupId id, UserId user) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const GroupRow group, changeable(tx, id));
    STRONGROOM_TRY(const bool had_one, has_administrator(tx));
    const auto known = users_.find(user);
    if (!known) return no_such_user();
    STRONGROOM_CHECK(leave(tx, asker, group, *known, kLocalMember));
    STRONGROOM_CHECK(leave(tx, asker, group, *known, kSignOnMember));
    return need_administrator_left(tx, asker, had_one);
  });
}

// By what is believed, in memory; the row is only asked for where something changes.
Status Groups::follow_claims(Transaction& tx, const Asker& asker, const User& user,
                             const std::vector<std::string>& values) {
  STRONGROOM_TRY(const bool had_one, has_administrator(tx));
  for (const Membership& now : memberships(user.id)) {
    const bool belongs =
        !now.claim_value.empty() && std::ranges::find(values, now.claim_value) != values.end();
    if (belongs == now.is_by_sign_on) continue;
    STRONGROOM_TRY(const GroupRow row, changeable(tx, now.group));
    STRONGROOM_CHECK(belongs ? join(tx, asker, row, user, kSignOnMember)
                             : leave(tx, asker, row, user, kSignOnMember));
  }
  return need_administrator_left(tx, asker, had_one);
}

std::vector<Groups::Membership> Groups::memberships(UserId user) const {
  std::vector<Membership> all;
  const std::shared_lock lock(mutex_);
  for (const auto& [id, held] : groups_) {
    const auto member = held.members.find(user);
    const bool is_by_sign_on = member != held.members.end() && member->second.is_by_sign_on;
    if (is_by_sign_on || !held.row.claim_value.empty()) {
      all.push_back({id, held.row.claim_value, is_by_sign_on});
    }
  }
  return all;
}

Result<GroupRole> Groups::grant(const Asker& asking, GroupId id, RoleId role_id,
                                std::optional<Uuid> project) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(project ? need(asker, Permission::kManageUsers, *project)
                           : need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const auto role = roles_.find(role_id);
  if (!role) return Error{Code::kInvalidArgument, "There is no such role."}.at("/role");
  STRONGROOM_CHECK(need_all(asker, identity::grants_of(*role, project)));
  const WallTime now = context_.clock.now();
  GroupRoleRow row{.id = crypto::make_uuid(now, context_.random),
                   .group_id = id.uuid,
                   .role_id = role_id.uuid,
                   .project_id = project,
                   .mac = {},
                   .created_at = now};
  STRONGROOM_TRY(row.mac, group_role_mac(context_.sealer, row));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const GroupRow group, changeable(tx, id));
    const auto there = find(id);
    const bool has = there && std::ranges::any_of(there->roles, [&](const GroupRole& other) {
                       return other.role == role_id && other.project == project;
                     });
    if (has) {
      return Error{Code::kConflict, "The group has this role there already.", {}, "duplicate"}.at(
          "/role");
    }
    STRONGROOM_CHECK(storage::insert_group_role(tx, row));
    auto event = change_event(context_, asker, Action::kGroupRoleGranted, id.uuid, role->name);
    event.project_id = project.value_or(Uuid{});
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, row] { put(row); });
    return {};
  });
  STRONGROOM_CHECK(written);
  return GroupRole{GroupRoleId{row.id}, role_id, project, now};
}

Status Groups::revoke(const Asker& asking, GroupId id, GroupRoleId role) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const GroupRow group, changeable(tx, id));
    STRONGROOM_TRY(const bool had_one, has_administrator(tx));
    STRONGROOM_TRY(const auto row, storage::find_group_role(tx, role.uuid));
    if (!row || row->group_id != group.id) return no_such_group_role();
    if (row->project_id && !asker.grants.has(Permission::kView, *row->project_id)) {
      return no_such_group_role();  // what one may not see is not there
    }
    STRONGROOM_CHECK(row->project_id ? need(asker, Permission::kManageUsers, *row->project_id)
                                     : need(asker, Permission::kManageUsers));
    STRONGROOM_CHECK(storage::delete_group_role(tx, row->id));
    STRONGROOM_CHECK(need_administrator_left(tx, asker, had_one));
    const auto known = roles_.find(RoleId{row->role_id});
    auto event = change_event(context_, asker, Action::kGroupRoleRevoked, id.uuid,
                              known ? known->name : std::string());
    event.project_id = row->project_id.value_or(Uuid{});
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, id, role] {
      const std::unique_lock lock(mutex_);
      const auto found = groups_.find(id);
      if (found != groups_.end()) found->second.roles.erase(role);
    });
    return {};
  });
}

void Groups::forget_on_commit(Transaction& tx, UserId user) {
  tx.on_commit([this, user] {
    const std::unique_lock lock(mutex_);
    const auto found = of_user_.find(user);
    if (found == of_user_.end()) return;
    for (const GroupId group : found->second) groups_.at(group).members.erase(user);
    of_user_.erase(found);
  });
}

void Groups::put(const GroupMemberRow& row) {
  const UserId user{row.user_id};
  const GroupId group{row.group_id};
  const std::unique_lock lock(mutex_);
  // A group that is not believed has no members either.
  const auto found = groups_.find(group);
  if (found == groups_.end()) return;
  GroupMember& member = found->second.members[user];
  const bool is_new = !member.is_local && !member.is_by_sign_on;
  member.user = user;
  (row.source == kLocalMember ? member.is_local : member.is_by_sign_on) = true;
  if (is_new) of_user_[user].push_back(group);
}

void Groups::forget(const GroupMemberRow& row) {
  const UserId user{row.user_id};
  const GroupId group{row.group_id};
  const std::unique_lock lock(mutex_);
  const auto found = groups_.find(group);
  if (found == groups_.end()) return;
  const auto member = found->second.members.find(user);
  if (member == found->second.members.end()) return;
  (row.source == kLocalMember ? member->second.is_local : member->second.is_by_sign_on) = false;
  if (member->second.is_local || member->second.is_by_sign_on) return;
  found->second.members.erase(member);
  std::erase(of_user_[user], group);
}

void Groups::put(const GroupRoleRow& row) {
  const std::unique_lock lock(mutex_);
  const auto found = groups_.find(GroupId{row.group_id});
  if (found != groups_.end()) found->second.roles.insert_or_assign(GroupRoleId{row.id}, row);
}

}  // namespace strongroom::identity
