// The making of ApiKeys (identity/api_keys.h).

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/api_keys.h"
#include "identity/change.h"
#include "identity/key_record.h"
#include "storage/api_key_rows.h"
#include "storage/project_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

// A project of a key is one where the asker may do something. One that is deleted later gives
// nothing.
Status check_projects(storage::Snapshot& snapshot, const Asker& asker,
                      const std::vector<Uuid>& projects) {
  for (std::size_t i = 0; i < projects.size(); ++i) {
    STRONGROOM_TRY(const auto row, storage::find_project(snapshot, projects[i]));
    if (row && !row->stamps.deleted_at && !asker.grants.in(row->id).is_empty()) continue;
    return Error{Code::kInvalidArgument, "There is no such project."}.at("/projects/" +
                                                                         std::to_string(i));
  }
  return {};
}

// Everybody may make their own, so there is an end to it.
Status check_room_for_one_more(storage::Snapshot& snapshot, const Uuid& user, WallTime now) {
  STRONGROOM_TRY(const auto rows, storage::all_api_keys(snapshot));
  const auto live = std::ranges::count_if(rows, [&](const storage::ApiKeyRow& row) {
    const bool has_expired = row.expires_at && *row.expires_at <= now;
    return row.user_id == user && !row.revoked_at && !has_expired;
  });
  if (live < static_cast<std::ptrdiff_t>(ApiKeys::kMostOfOneUser)) return {};
  return Error{Code::kConflict,
               "This user has as many API keys as there may be; revoke one first.",
               {},
               "too_many_keys"};
}

std::vector<Uuid> each_once(std::vector<Uuid> projects) {
  std::ranges::sort(projects);
  projects.erase(std::unique(projects.begin(), projects.end()), projects.end());
  return projects;
}

storage::ApiKeyRow new_row(const ApiKeyRequest& request, const crypto::Sha256Digest& hash,
                           const ApiKeys::Stamp& stamp) {
  return {.id = {},
          .user_id = {},
          .name = request.name,
          .hash = std::string(as_text(hash)),
          .permissions = permissions_text(request.permissions),
          .mac = {},
          .created_at = stamp.now,
          .expires_at = request.expires_at,
          .revoked_at = {},
          .projects = projects_text(each_once(request.projects))};
}

}  // namespace

// A key has none of its own: one that got away would otherwise make itself another.
bool ApiKeys::has_own(const Asker& asker) {
  return asker.kind == audit::ActorKind::kUser && !asker.user.is_nil() && asker.key.is_nil();
}

Result<ApiKeyRequest> ApiKeys::checked(const Asker& asker, const ApiKeyRequest& request) const {
  if (!has_own(asker) || !request.user.empty()) {
    STRONGROOM_CHECK(need(asker, Permission::kManageApiKeys));
  }
  ApiKeyRequest clean = request;
  STRONGROOM_TRY(clean.name, clean_name(request.name, "/name"));
  if (!request.user.empty()) {
    STRONGROOM_TRY(clean.user, clean_name(request.user, "/user"));
  }
  STRONGROOM_CHECK(check_expiry(asker, request));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return clean;
}

Status ApiKeys::check_expiry(const Asker& asker, const ApiKeyRequest& request) const {
  const auto refuse = [&](LiteralText why) -> Status {
    return Error{Code::kInvalidArgument, why}.at(std::string(request.expiry_field));
  };
  const WallTime now = context_.clock.now();
  if (request.expires_at && *request.expires_at <= now) {
    return refuse("The key would have expired already.");
  }
  if (asker.kind == audit::ActorKind::kServer) return {};
  if (!request.expires_at) {
    if (policy_.may_never_expire) return {};
    return refuse("API keys have to expire here.");
  }
  if (*request.expires_at - now <= std::chrono::days(policy_.longest_days)) return {};
  return refuse("API keys may not live that long here.");
}

Result<NewApiKey> ApiKeys::create(const Asker& asking, const ApiKeyRequest& request) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_TRY(const ApiKeyRequest clean, checked(asker, request));
  crypto::BearerKey key = crypto::make_bearer_key(crypto::kUserKeyPrefix, context_.random);
  const auto hash = crypto::bearer_key_hash(crypto::kUserKeyPrefix, key.reveal());
  if (!hash) return Error{Code::kInternal, "A new API key is malformed."};
  const Stamp stamp{context_.clock.now(), crypto::make_uuid(context_.clock.now(), context_.random)};
  storage::ApiKeyRow row = new_row(clean, *hash, stamp);
  row.id = crypto::make_uuid(stamp.now, context_.random);
  STRONGROOM_TRY(ApiKeyInfo info,
                 storage::write<ApiKeyInfo>(context_.store, [&](storage::Transaction& tx) {
                   return insert(tx, asker, clean, stamp, row);
                 }));
  return NewApiKey{std::move(info), std::move(key)};
}

// The user whom `asker` means, made if a name was given that nobody has. A key does no more than
// its user may; on the server's own host the user is given what is missing.
Result<User> ApiKeys::user_for(storage::Transaction& tx, const Asker& asker,
                               const ApiKeyRequest& request, const Stamp& stamp) {
  const std::string& name = request.user;
  const Permissions wanted = request.permissions;
  const Grants most = key_limits(wanted, request.projects);
  std::optional<User> known;
  if (name.empty()) {
    known = users_.find(UserId{asker.user});
    if (!known) {
      return Error{Code::kInvalidArgument, "Say whose API key it is to be."}.at("/user");
    }
  } else {
    known = users_.find(name);
  }
  if (!known) {
    // Somebody who is made with a key has its permissions everywhere.
    STRONGROOM_CHECK(need_all(asker, wanted));
    return users_.find_or_make(tx, name, {stamp.user, stamp.now, wanted});
  }
  if (known->disabled_at) {
    return Error{Code::kInvalidArgument, "This user is disabled."}.at("/user");
  }
  const Grants theirs = rights_.of(known->id);
  STRONGROOM_CHECK(need_all(asker, theirs.limited_to(most)));
  STRONGROOM_CHECK(need_somewhere(asker, wanted));
  if (theirs.limited_to(most).anywhere().has_all(wanted)) return *std::move(known);
  if (asker.kind != audit::ActorKind::kServer) {
    return Error{Code::kInvalidArgument, "The user of the key has not all of these permissions."}
        .at("/permissions");
  }
  STRONGROOM_TRY(storage::UserRow row, users_.row_of(tx, known->id));
  row.permissions = own_permissions_text(known->permissions.with(wanted));
  return users_.update(tx, std::move(row));
}

Result<ApiKeyInfo> ApiKeys::insert(storage::Transaction& tx, const Asker& asker,
                                   const ApiKeyRequest& request, const Stamp& stamp,
                                   storage::ApiKeyRow& row) {
  STRONGROOM_CHECK(check_projects(tx, asker, request.projects));
  STRONGROOM_TRY(const auto user, user_for(tx, asker, request, stamp));
  row.user_id = user.id.uuid;
  if (asker.kind != audit::ActorKind::kServer) {
    STRONGROOM_CHECK(check_room_for_one_more(tx, row.user_id, stamp.now));
  }
  STRONGROOM_TRY(row.mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_api_key(tx, row));
  ApiKeyInfo made = to_info(row, user.name);
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, change_event(context_, asker, audit::Action::kApiKeyCreated, row.id, row.name)));
  tx.on_commit([this, digest = *digest_from(row.hash),
                live = LiveKey{made.user, made.id, key_limits(made.permissions, made.projects),
                               made.expires_at}] { put(digest, live); });
  return made;
}

}  // namespace strongroom::identity
