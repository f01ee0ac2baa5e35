#include "identity/roles.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/group_record.h"
#include "identity/key_record.h"
#include "storage/group_rows.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::RoleRow;
using storage::Transaction;

constexpr std::size_t kLongestDescription = 1000;

Error no_such_role() { return Error{Code::kNotFound, "There is no such role."}; }

Error built_in() {
  return Error{Code::kConflict,
               "A built-in role stays as it is. Make one of your own from it.",
               {},
               "built_in"};
}

Role to_role(const RoleRow& row) {
  return {.id = RoleId{row.id},
          .name = row.name,
          .description = row.description,
          .permissions = permissions_from_text(row.permissions).value_or(Permissions{}),
          .is_built_in = false,
          .revision = row.revision,
          .created_at = row.created_at,
          .updated_at = row.updated_at};
}

Error name_taken() {
  return Error{Code::kConflict, "There is a role with this name already.", {}, "duplicate"}.at(
      "/name");
}

}  // namespace

Status Roles::load() {
  for (const Role& role : built_in_roles()) look_alikes_.put(role.id.uuid, role.name);
  STRONGROOM_TRY(const auto rows,
                 storage::read<std::vector<RoleRow>>(context_.store, storage::all_roles));
  for (const RoleRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    if (genuine) {
      put(row);
    } else {
      context_.log.error("a role's row was changed from outside; it gives nobody anything",
                         {{"role", row.id}});
    }
  }
  return {};
}

std::optional<Role> Roles::find(RoleId id) const {
  if (const Role* const built_in_role = find_built_in(id)) return *built_in_role;
  const std::shared_lock lock(mutex_);
  const auto found = roles_.find(id);
  if (found == roles_.end()) return std::nullopt;
  return to_role(found->second);
}

std::optional<Role> Roles::find(std::string_view name) const {
  const auto clean = clean_name(name, "/role");
  if (!clean) return std::nullopt;
  const std::string key = name_key(*clean);
  for (const Role& role : built_in_roles()) {
    if (name_key(role.name) == key) return role;
  }
  const std::shared_lock lock(mutex_);
  for (const auto& [id, row] : roles_) {
    if (row.name_key == key) return to_role(row);
  }
  return std::nullopt;
}

std::vector<Role> Roles::all() const {
  std::vector<Role> all(built_in_roles().begin(), built_in_roles().end());
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, row] : roles_) all.push_back(to_role(row));
  }
  std::ranges::sort(all.begin() + kBuiltInRoles, all.end(), {},
                    [](const Role& role) { return name_key(role.name); });
  return all;
}

Status Roles::set_fields(const RoleFields& fields, RoleRow& row) const {
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
  if (fields.permissions) row.permissions = permissions_text(*fields.permissions);
  STRONGROOM_TRY(row.mac, role_mac(context_.sealer, row));
  return {};
}

Result<Role> Roles::create(const Asker& asking, const RoleFields& fields) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageRoles));
  STRONGROOM_CHECK(need_writable_audit(context_));
  RoleFields given = fields;
  given.name = fields.name.value_or("");
  if (!given.permissions || given.permissions->is_empty()) {
    return Error{Code::kInvalidArgument, "A role allows something."}.at("/permissions");
  }
  STRONGROOM_CHECK(need_all(asker, *given.permissions));
  const WallTime now = context_.clock.now();
  RoleRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.created_at = row.updated_at = now;
  STRONGROOM_CHECK(set_fields(given, row));
  const audit::Event event = change_event(context_, asker, Action::kRoleCreated, row.id, row.name);
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::insert_role(tx, row));
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, row] { put(row); });
    return {};
  });
  STRONGROOM_CHECK(written);
  return to_role(row);
}

Result<RoleRow> Roles::changeable(Transaction& tx, RoleId id) const {
  if (find_built_in(id) != nullptr) return built_in();
  STRONGROOM_TRY(auto row, storage::find_role(tx, id.uuid));
  if (!row || !find(id)) return no_such_role();
  STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
  if (!genuine) return Error{Code::kCorrupt, "A role's row was changed from outside.", id.text()};
  return *std::move(row);
}

Result<Role> Roles::update(const Asker& asking, RoleId id, std::int64_t expected,
                           const RoleFields& fields) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageRoles));
  STRONGROOM_CHECK(need_writable_audit(context_));
  if (fields.permissions && fields.permissions->is_empty()) {
    return Error{Code::kInvalidArgument, "A role allows something."}.at("/permissions");
  }
  return storage::write<Role>(context_.store, [&](Transaction& tx) -> Result<Role> {
    STRONGROOM_TRY(RoleRow row, changeable(tx, id));
    STRONGROOM_CHECK(check_revision(row.revision, expected));
    const Role before = to_role(row);
    STRONGROOM_CHECK(set_fields(fields, row));
    const Role after = to_role(row);
    STRONGROOM_CHECK(need_all(asker, after.permissions.without(before.permissions)));
    audit::Event event = change_event(context_, asker, Action::kRoleUpdated, row.id, row.name);
    if (before.name != after.name) event.fields.emplace_back("name");
    if (before.description != after.description) event.fields.emplace_back("description");
    if (before.permissions != after.permissions) event.fields.emplace_back("permissions");
    if (event.fields.empty()) return before;
    ++row.revision;
    row.updated_at = event.at;
    STRONGROOM_CHECK(storage::update_role(tx, row));
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    tx.on_commit([this, row] { put(row); });
    return to_role(row);
  });
}

Status Roles::remove(const Asker& asking, RoleId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageRoles));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const RoleRow row, changeable(tx, id));
    STRONGROOM_TRY(const bool in_use, storage::is_role_in_use(tx, row.id));
    if (in_use) {
      return Error{
          Code::kConflict, "Groups have this role; take it from them first.", {}, "in_use"};
    }
    STRONGROOM_CHECK(storage::delete_role(tx, row.id));
    STRONGROOM_CHECK(context_.trail.record_change(
        tx, change_event(context_, asker, Action::kRoleDeleted, row.id, row.name)));
    tx.on_commit([this, id] {
      const std::unique_lock lock(mutex_);
      look_alikes_.forget(id.uuid);
      roles_.erase(id);
    });
    return {};
  });
}

void Roles::put(const RoleRow& row) {
  const std::unique_lock lock(mutex_);
  look_alikes_.put(row.id, row.name);
  roles_.insert_or_assign(RoleId{row.id}, row);
}

}  // namespace strongroom::identity
