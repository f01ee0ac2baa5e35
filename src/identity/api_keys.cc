#include "identity/api_keys.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/key_record.h"
#include "storage/api_key_rows.h"
#include "storage/project_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

Error no_such_key() { return Error{Code::kNotFound, "There is no such API key."}; }

Status need_management(const Asker& asker) { return need(asker, Permission::kManageApiKeys); }

// Who signed in has the keys of their own user. A key has not: a key that got away would otherwise
// make itself another.
bool has_own(const Asker& asker) {
  return asker.kind == audit::ActorKind::kUser && !asker.user.is_nil() && asker.key.is_nil();
}

// `owner` is null where there is no such key, which only who manages keys learns.
Status need_key(const Asker& asker, ApiKeyId key, const Uuid* owner) {
  if (!asker.key.is_nil() && key.uuid == asker.key) return {};
  if (has_own(asker) && owner != nullptr && *owner == asker.user) return {};
  return need_management(asker);
}

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

std::vector<Uuid> each_once(std::vector<Uuid> projects) {
  std::ranges::sort(projects);
  const auto twice = std::ranges::unique(projects);
  projects.erase(twice.begin(), twice.end());
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

audit::Event key_event(const Asker& asker, audit::Action action, const ApiKeyInfo& key, Uuid id,
                       WallTime now) {
  audit::Event event{.id = id, .at = now, .action = action};
  event.actor_kind = asker.kind;
  event.actor_id = asker.user;
  event.key_id = asker.key;
  event.subject_id = key.id.uuid;
  event.subject_name = key.name;
  event.request_id = asker.request_id;
  event.peer = asker.peer;
  return event;
}

}  // namespace

ApiKeys::ApiKeys(const Context& context, Users& users, const Rights& rights, ApiKeyPolicy policy)
    : context_(context), users_(users), rights_(rights), policy_(policy) {}

ApiKeyInfo ApiKeys::to_info(const storage::ApiKeyRow& row, std::string user_name) const {
  ApiKeyInfo info{.id = ApiKeyId{row.id},
                  .user = UserId{row.user_id},
                  .user_name = std::move(user_name),
                  .name = row.name,
                  .permissions = permissions_from_text(row.permissions).value_or(Permissions{}),
                  .created_at = row.created_at,
                  .expires_at = row.expires_at,
                  .revoked_at = row.revoked_at,
                  .projects = projects_from_text(row.projects).value_or(std::vector<Uuid>()),
                  .last_used_at = row.last_used_at,
                  .last_used_from = row.last_used_from};
  if (auto last = uses_.of(info.id)) {
    info.last_used_at = last->at;
    info.last_used_from = std::move(last->from);
  }
  return info;
}

Status ApiKeys::load() {
  STRONGROOM_TRY(const auto rows, storage::read<std::vector<storage::ApiKeyRow>>(
                                      context_.store, [](storage::Snapshot& snapshot) {
                                        return storage::all_api_keys(snapshot);
                                      }));
  for (const storage::ApiKeyRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    if (!genuine) {
      context_.log.error("an API key's row was changed from outside; the key works for nobody",
                         {{"api_key", row.id}});
      continue;
    }
    if (row.revoked_at) continue;
    put(*digest_from(row.hash),
        {UserId{row.user_id}, ApiKeyId{row.id},
         key_limits(*permissions_from_text(row.permissions), *projects_from_text(row.projects)),
         row.expires_at});
  }
  return {};
}

std::optional<SignedIn> ApiKeys::authenticate(std::string_view text, std::string_view peer) const {
  if (const auto hash = crypto::bearer_key_hash(crypto::kUserKeyPrefix, text)) {
    const std::shared_lock lock(mutex_);
    const auto found = live_.find(*hash);
    if (found != live_.end() && !expired(found->second)) {
      uses_.note(found->second.id, context_.clock.now(), peer);
      return signed_in(found->second);
    }
  }
  rejections_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

SignedIn ApiKeys::signed_in(const LiveKey& key) const {
  return {key.user, key.id, rights_.of(key.user).limited_to(key.most)};
}

std::optional<SignedIn> ApiKeys::again(const SignedIn& before) const {
  const std::shared_lock lock(mutex_);
  const auto hash = hashes_.find(before.key);
  if (hash == hashes_.end()) return std::nullopt;
  const auto found = live_.find(hash->second);
  if (found == live_.end() || expired(found->second)) return std::nullopt;
  return signed_in(found->second);
}

Result<ApiKeyRequest> ApiKeys::checked(const Asker& asker, const ApiKeyRequest& request) const {
  if (!has_own(asker) || !request.user.empty()) STRONGROOM_CHECK(need_management(asker));
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
  const Stamp stamp{context_.clock.now(), crypto::make_uuid(context_.clock.now(), context_.random),
                    crypto::make_uuid(context_.clock.now(), context_.random)};
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
    STRONGROOM_CHECK(need_all(asker, most));
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
  STRONGROOM_TRY(row.mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_api_key(tx, row));
  ApiKeyInfo made = to_info(row, user.name);
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, key_event(asker, audit::Action::kApiKeyCreated, made, stamp.event, stamp.now)));
  tx.on_commit([this, digest = *digest_from(row.hash),
                live = LiveKey{made.user, made.id, key_limits(made.permissions, made.projects),
                               made.expires_at}] { put(digest, live); });
  return made;
}

Result<std::vector<ApiKeyInfo>> ApiKeys::list(const Asker& asker, std::optional<UserId> user) {
  if (!asker.grants.has(Permission::kManageApiKeys)) {
    if (!has_own(asker) || user.value_or(UserId{asker.user}).uuid != asker.user) {
      return need_management(asker).error();
    }
    user = UserId{asker.user};
  }
  using Rows = std::vector<storage::ApiKeyRow>;
  STRONGROOM_TRY(const Rows rows,
                 storage::read<Rows>(context_.store, [](storage::Snapshot& snapshot) {
                   return storage::all_api_keys(snapshot);
                 }));
  std::vector<ApiKeyInfo> keys;
  for (const storage::ApiKeyRow& row : rows) {
    if (user && row.user_id != user->uuid) continue;
    const auto owner = users_.find(UserId{row.user_id});
    keys.push_back(to_info(row, owner ? owner->name : std::string()));
  }
  return keys;
}

Result<ApiKeyInfo> ApiKeys::get(const Asker& asker, ApiKeyId id) {
  using Found = std::optional<storage::ApiKeyRow>;
  STRONGROOM_TRY(const Found row,
                 storage::read<Found>(context_.store, [&](storage::Snapshot& snapshot) {
                   return storage::find_api_key(snapshot, id.uuid);
                 }));
  STRONGROOM_CHECK(need_key(asker, id, row ? &row->user_id : nullptr));
  if (!row) return no_such_key();
  const auto user = users_.find(UserId{row->user_id});
  return to_info(*row, user ? user->name : std::string());
}

Status ApiKeys::revoke(const Asker& asking, ApiKeyId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_api_key(tx, id.uuid));
    STRONGROOM_CHECK(need_key(asker, id, row ? &row->user_id : nullptr));
    if (!row) return no_such_key();
    return revoke(tx, asker, *std::move(row));
  });
}

Status ApiKeys::revoke_all(storage::Transaction& tx, const Asker& asker, UserId user) {
  STRONGROOM_TRY(auto rows, storage::all_api_keys(tx));
  for (storage::ApiKeyRow& row : rows) {
    if (row.user_id == user.uuid) STRONGROOM_CHECK(revoke(tx, asker, std::move(row)));
  }
  return {};
}

Status ApiKeys::revoke(storage::Transaction& tx, const Asker& asker, storage::ApiKeyRow row) {
  if (row.revoked_at) return {};
  const WallTime now = context_.clock.now();
  row.revoked_at = now;
  STRONGROOM_TRY(const std::string mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::revoke_api_key(tx, row.id, now, mac));
  const Uuid event_id = crypto::make_uuid(now, context_.random);
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, key_event(asker, audit::Action::kApiKeyRevoked, to_info(row, {}), event_id, now)));
  tx.on_commit([this, id = ApiKeyId{row.id}] { forget(id); });
  return {};
}

Status ApiKeys::write_last_uses() {
  const LastUses::Uses uses = uses_.take_to_write();
  if (uses.empty()) return {};
  Status written = context_.store.write([&](storage::Transaction& tx) -> Status {
    for (const auto& [key, use] : uses) {
      STRONGROOM_CHECK(storage::note_api_key_use(tx, key.uuid, use.at, use.from));
    }
    return {};
  });
  if (!written) uses_.give_back(uses);
  return written;
}

std::size_t ApiKeys::live_count() const {
  const std::shared_lock lock(mutex_);
  return live_.size();
}

void ApiKeys::put(const crypto::Sha256Digest& hash, const LiveKey& key) {
  const std::unique_lock lock(mutex_);
  live_.insert_or_assign(hash, key);
  hashes_.insert_or_assign(key.id, hash);
}

void ApiKeys::forget(ApiKeyId id) {
  const std::unique_lock lock(mutex_);
  const auto found = hashes_.find(id);
  if (found == hashes_.end()) return;
  live_.erase(found->second);
  hashes_.erase(found);
}

bool ApiKeys::expired(const LiveKey& key) const {
  return key.expires_at && *key.expires_at <= context_.clock.now();
}

}  // namespace strongroom::identity
