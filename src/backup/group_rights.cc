#include "backup/group_rights.h"

#include <map>
#include <set>
#include <string>

#include "identity/role.h"
#include "storage/group_rows.h"
#include "storage/role_rows.h"
#include "storage/sign_on_rows.h"

namespace strongroom::backup {
namespace {

using storage::Transaction;

// Each name that a group had, when it was in the backup and since.
std::map<Uuid, std::set<std::string>> names_of(const std::vector<storage::GroupRow>& groups,
                                               const Newer& newer) {
  std::map<Uuid, std::set<std::string>> names = newer.group_names;
  for (const storage::GroupRow& group : groups) names[group.id].insert(group.name);
  return names;
}

Status take_memberships(Transaction& tx, const Newer& newer,
                        const std::map<Uuid, std::set<std::string>>& names, RestoreReport& report) {
  STRONGROOM_TRY(const auto members, storage::all_group_members(tx));
  for (const storage::GroupMemberRow& member : members) {
    const auto known = names.find(member.group_id);
    if (known == names.end()) continue;
    for (const std::string& name : known->second) {
      if (!newer.ended_memberships.contains({member.user_id, name, member.source})) continue;
      STRONGROOM_CHECK(storage::delete_group_member(tx, member.id));
      ++report.not_revived.others;
      break;
    }
  }
  return {};
}

Result<std::string> role_name(const std::vector<storage::RoleRow>& roles, const Uuid& id) {
  if (const identity::Role* built_in = identity::find_built_in(identity::RoleId{id})) {
    return built_in->name;
  }
  for (const storage::RoleRow& role : roles) {
    if (role.id == id) return role.name;
  }
  return std::string();
}

Status take_group_roles(Transaction& tx, const Newer& newer, RestoreReport& report) {
  STRONGROOM_TRY(const auto roles, storage::all_roles(tx));
  STRONGROOM_TRY(const auto rows, storage::all_group_roles(tx));
  for (const storage::GroupRoleRow& row : rows) {
    STRONGROOM_TRY(const std::string name, role_name(roles, row.role_id));
    if (!newer.ended_group_roles.contains({row.group_id, name, row.project_id.value_or(Uuid{})})) {
      continue;
    }
    STRONGROOM_CHECK(storage::delete_group_role(tx, row.id));
    ++report.not_revived.others;
  }
  return {};
}

// The trail does not say which of a user's accounts is gone, so all of them are.
Status take_accounts(Transaction& tx, const Newer& newer, RestoreReport& report) {
  for (const Uuid& user : newer.unlinked_users) {
    STRONGROOM_TRY(const auto accounts, storage::sign_on_accounts_of(tx, user));
    for (const storage::SignOnAccountRow& account : accounts) {
      STRONGROOM_CHECK(storage::delete_sign_on_account(tx, account.id));
      ++report.not_revived.others;
    }
  }
  for (const Uuid& provider : newer.deleted_providers) {
    STRONGROOM_TRY(const auto known, storage::find_sign_on_provider(tx, provider));
    if (!known) continue;
    STRONGROOM_CHECK(storage::delete_sign_on_provider(tx, provider));
    ++report.not_revived.others;
  }
  return {};
}

}  // namespace

Status take_group_rights(Transaction& tx, const Newer& newer, RestoreReport& report) {
  STRONGROOM_TRY(const auto groups, storage::all_groups(tx));
  STRONGROOM_CHECK(take_memberships(tx, newer, names_of(groups, newer), report));
  STRONGROOM_CHECK(take_group_roles(tx, newer, report));
  STRONGROOM_CHECK(take_accounts(tx, newer, report));
  for (const storage::GroupRow& group : groups) {
    if (!newer.deleted_groups.contains(group.id)) continue;
    STRONGROOM_CHECK(storage::delete_group(tx, group.id));
    ++report.not_revived.others;
  }
  if (newer.changed_roles > 0) {
    report.warnings.push_back(
        "Roles that were changed since the backup have the permissions of then; look at them: " +
        std::to_string(newer.changed_roles));
  }
  return {};
}

}  // namespace strongroom::backup
