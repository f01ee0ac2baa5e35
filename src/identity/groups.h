#pragma once
// Groups: who is in them, and which roles they have where. People have their rights by groups.
//
// Groups are not in groups, so there are no cycles. All of it is held in memory and follows the
// commits that change it: what was taken from somebody is gone once that is answered.

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/grants.h"
#include "identity/context.h"
#include "identity/look_alikes.h"
#include "identity/roles.h"
#include "identity/types.h"
#include "identity/users.h"
#include "storage/group_rows.h"

namespace strongroom::identity {

// Where a membership comes from.
inline constexpr std::string_view kLocalMember = "local";
inline constexpr std::string_view kSignOnMember = "sign_on";  // single sign-on said so

struct GroupRole {
  GroupRoleId id;
  RoleId role;
  std::optional<Uuid> project;  // nullopt: everywhere
  WallTime created_at{};
};

struct Group {
  GroupId id;
  std::string name;
  std::string name_key;  // under which names are compared
  std::string description;
  std::string claim_value;  // of single sign-on: who brings it is a member; empty: nobody so
  std::vector<GroupRole> roles;
  std::size_t members = 0;
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

struct GroupMember {
  UserId user;
  bool is_local = false;
  bool is_by_sign_on = false;
};

// What is not named stays as it is.
struct GroupFields {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> claim_value = {};
};

// Safe to use from any thread; what changes something blocks. Errors, beside their own:
// kUnavailable (storage), "audit_unavailable"; kPermissionDenied without kManageUsers, or for a
// permission that the asker lacks and would give; kNotFound.
class Groups {
 public:
  // `users`, `roles` and everything in `context` must outlive this. load() before anything else.
  Groups(const Context& context, const Users& users, const Roles& roles)
      : context_(context), users_(users), roles_(roles) {}

  // Reads them. A row whose MAC does not fit is logged, and gives nobody anything. Blocks.
  Status load();

  std::optional<Group> find(GroupId id) const;
  std::optional<Group> find(std::string_view name) const;  // in any case
  std::vector<Group> all() const;                          // by name
  // By id of the user.
  std::vector<GroupMember> members(GroupId id) const;
  std::vector<GroupId> groups_of(UserId user) const;
  // What a user has by groups.
  Grants grants_of(UserId user) const;
  // What a member of the group has by it.
  Grants grants_of(GroupId group) const;

  // Errors: kInvalidArgument at /name, /description, /claim_value; kConflict "duplicate" or
  // "look_alike" at /name.
  Result<Group> create(const Asker& asker, const GroupFields& fields);
  // Errors: as create(); kPreconditionFailed.
  Result<Group> update(const Asker& asker, GroupId id, std::int64_t expected,
                       const GroupFields& fields);
  // Errors: kConflict "last_administrator".
  Status remove(const Asker& asker, GroupId id);

  // Adding who is there, and removing who is not, are no errors. Errors: kConflict
  // "last_administrator".
  Status add_member(const Asker& asker, GroupId id, UserId user);
  Status remove_member(const Asker& asker, GroupId id, UserId user);

  // kManageUsers in the project is enough. Errors: kInvalidArgument at /role; kConflict
  // "duplicate"; kConflict "last_administrator".
  Result<GroupRole> grant(const Asker& asker, GroupId id, RoleId role, std::optional<Uuid> project);
  Status revoke(const Asker& asker, GroupId id, GroupRoleId role);

  // Part of a sign-on: `user` is by it in the groups with one of these claim values, and in no
  // others. The administrator who entered the claim values answers for what that gives.
  Status follow_claims(storage::Transaction& tx, const Asker& asker, const User& user,
                       const std::vector<std::string>& values);
  // Part of deleting a user, whose rows go with it.
  void forget_on_commit(storage::Transaction& tx, UserId user);

 private:
  struct Held {
    storage::GroupRow row;
    std::map<GroupRoleId, storage::GroupRoleRow> roles;
    std::map<UserId, GroupMember> members;
  };

  // The groups that a sign-on of a user may be about.
  struct Membership {
    GroupId group;
    std::string claim_value;
    bool is_by_sign_on = false;
  };
  std::vector<Membership> memberships(UserId user) const;
  Group to_group(const Held& held) const;
  Grants grants_of(const Held& held) const;
  Status set_fields(const GroupFields& fields, storage::GroupRow& row) const;
  Result<storage::GroupRow> changeable(storage::Snapshot& snapshot, GroupId id) const;
  Status write(storage::Transaction& tx, const audit::Event& event, const storage::GroupRow& row);
  Status join(storage::Transaction& tx, const Asker& asker, const storage::GroupRow& group,
              const User& user, std::string_view source);
  Status leave(storage::Transaction& tx, const Asker& asker, const storage::GroupRow& group,
               const User& user, std::string_view source);
  void put(const storage::GroupRow& row);
  void put(const storage::GroupMemberRow& row);
  void put(const storage::GroupRoleRow& row);
  void forget(const storage::GroupMemberRow& row);

  Context context_;
  const Users& users_;
  const Roles& roles_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<GroupId, Held, UuidHash> groups_;
  LookAlikes look_alikes_;
  std::unordered_map<UserId, std::vector<GroupId>, UuidHash> of_user_;
};

}  // namespace strongroom::identity
