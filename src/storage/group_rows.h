#pragma once
// Rows of the tables user_groups, group_members and group_roles.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct GroupRow {
  Uuid id;
  std::string name;
  std::string name_key;
  std::string description;
  std::string claim_value;  // of single sign-on: who brings it is a member; empty: nobody so
  std::string mac;          // all macs: made and checked by identity
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

struct GroupMemberRow {
  Uuid id;
  Uuid group_id;
  Uuid user_id;
  std::string source;  // "local", "sign_on"
  std::string mac;
  WallTime created_at{};
};

struct GroupRoleRow {
  Uuid id;
  Uuid group_id;
  Uuid role_id;
  std::optional<Uuid> project_id;  // nullopt: everywhere
  std::string mac;
  WallTime created_at{};
};

// Errors of all: as Snapshot::query() and Transaction::execute().

Result<std::vector<GroupRow>> all_groups(Snapshot& snapshot);
Result<std::optional<GroupRow>> find_group(Snapshot& snapshot, const Uuid& id);
// kConflict: there is already a group with that name_key.
Status insert_group(Transaction& tx, const GroupRow& row);
Status update_group(Transaction& tx, const GroupRow& row);
// With its members and roles.
Status delete_group(Transaction& tx, const Uuid& id);

Result<std::vector<GroupMemberRow>> all_group_members(Snapshot& snapshot);
Result<std::optional<GroupMemberRow>> find_group_member(Snapshot& snapshot, const Uuid& group,
                                                        const Uuid& user, std::string_view source);
Status insert_group_member(Transaction& tx, const GroupMemberRow& row);
Status delete_group_member(Transaction& tx, const Uuid& id);

Result<std::vector<GroupRoleRow>> all_group_roles(Snapshot& snapshot);
Result<std::optional<GroupRoleRow>> find_group_role(Snapshot& snapshot, const Uuid& id);
Result<bool> is_role_in_use(Snapshot& snapshot, const Uuid& role);
Status insert_group_role(Transaction& tx, const GroupRoleRow& row);
Status delete_group_role(Transaction& tx, const Uuid& id);

// Whether somebody is left who may do everything and can sign in with a password here: a user who
// is not disabled, and has `all` permissions or is in a group with the role everywhere.
Result<bool> has_administrator(Snapshot& snapshot, const Uuid& role, std::string_view all);

}  // namespace strongroom::storage
