#include "identity/api_keys.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/permission_denied.h"
#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/key_record.h"
#include "storage/api_key_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

Error no_such_key() { return Error{Code::kNotFound, "There is no such API key."}; }

Status need_management(const Asker& asker) {
  if (!asker.permissions.has(Permission::kManageApiKeys)) {
    return permission_denied(Permission::kManageApiKeys);
  }
  return {};
}

// Nobody gives what they do not have.
Status need_all(const Asker& asker, Permissions wanted) {
  for (const PermissionName& entry : kPermissionNames) {
    if (wanted.has(entry.permission) && !asker.permissions.has(entry.permission)) {
      return permission_denied(entry.permission);
    }
  }
  return {};
}

ApiKeyInfo to_info(const storage::ApiKeyRow& row, std::string user_name) {
  return {.id = ApiKeyId{row.id},
          .user = UserId{row.user_id},
          .user_name = std::move(user_name),
          .name = row.name,
          .permissions = permissions_from_text(row.permissions).value_or(Permissions{}),
          .created_at = row.created_at,
          .expires_at = row.expires_at,
          .revoked_at = row.revoked_at};
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
          .revoked_at = {}};
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

Result<std::vector<ApiKeyInfo>> read_all(storage::Snapshot& snapshot) {
  STRONGROOM_TRY(const auto users, storage::all_users(snapshot));
  STRONGROOM_TRY(const auto rows, storage::all_api_keys(snapshot));
  std::vector<ApiKeyInfo> keys;
  keys.reserve(rows.size());
  for (const storage::ApiKeyRow& row : rows) {
    const auto user = std::ranges::find(users, row.user_id, &storage::UserRow::id);
    keys.push_back(to_info(row, user == users.end() ? std::string() : user->name));
  }
  return keys;
}

}  // namespace

ApiKeys::ApiKeys(const Context& context, Users& users) : context_(context), users_(users) {}

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
        {{UserId{row.user_id}, ApiKeyId{row.id}, *permissions_from_text(row.permissions)},
         row.expires_at});
  }
  return {};
}

std::optional<SignedIn> ApiKeys::authenticate(std::string_view text) const {
  if (const auto hash = crypto::bearer_key_hash(crypto::kUserKeyPrefix, text)) {
    const std::shared_lock lock(mutex_);
    const auto found = live_.find(*hash);
    if (found != live_.end() && !expired(found->second)) return found->second.who;
  }
  rejections_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

bool ApiKeys::still_valid(const SignedIn& signed_in) const {
  const std::shared_lock lock(mutex_);
  const auto hash = hashes_.find(signed_in.key);
  if (hash == hashes_.end()) return false;
  const auto found = live_.find(hash->second);
  return found != live_.end() && !expired(found->second) &&
         found->second.who.permissions == signed_in.permissions;
}

Result<ApiKeyRequest> ApiKeys::checked(const Asker& asker, const ApiKeyRequest& request) const {
  STRONGROOM_CHECK(need_management(asker));
  STRONGROOM_CHECK(need_all(asker, request.permissions));
  ApiKeyRequest clean = request;
  STRONGROOM_TRY(clean.name, clean_name(request.name, "/name"));
  if (!request.user.empty()) {
    STRONGROOM_TRY(clean.user, clean_name(request.user, "/user"));
  }
  if (request.expires_at && *request.expires_at <= context_.clock.now()) {
    return Error{Code::kInvalidArgument, "The key would have expired already."}.at("/expires_at");
  }
  if (!context_.trail.writable()) {
    return Error{Code::kUnavailable,
                 "The audit trail cannot be written, so no key is made.",
                 {},
                 "audit_unavailable"}
        .with("retry_after", std::int64_t{1});
  }
  return clean;
}

Result<NewApiKey> ApiKeys::create(const Asker& asker, const ApiKeyRequest& request) {
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
                   return insert(tx, asker, clean.user, stamp, row);
                 }));
  return NewApiKey{std::move(info), std::move(key)};
}

// The user whom `asker` means, made if a name was given that nobody has.
Result<User> ApiKeys::user_for(storage::Transaction& tx, const Asker& asker,
                               const std::string& name, const Stamp& stamp) {
  if (!name.empty()) return users_.find_or_make(tx, name, {stamp.user, stamp.now});
  if (auto own = users_.find(UserId{asker.user})) return *std::move(own);
  return Error{Code::kInvalidArgument, "Say whose API key it is to be."}.at("/user");
}

Result<ApiKeyInfo> ApiKeys::insert(storage::Transaction& tx, const Asker& asker,
                                   const std::string& user_name, const Stamp& stamp,
                                   storage::ApiKeyRow& row) {
  STRONGROOM_TRY(const auto user, user_for(tx, asker, user_name, stamp));
  row.user_id = user.id.uuid;
  STRONGROOM_TRY(row.mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_api_key(tx, row));
  ApiKeyInfo made = to_info(row, user.name);
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, key_event(asker, audit::Action::kApiKeyCreated, made, stamp.event, stamp.now)));
  tx.on_commit([this, digest = *digest_from(row.hash),
                live = LiveKey{{made.user, made.id, made.permissions}, made.expires_at}] {
    put(digest, live);
  });
  return made;
}

Result<std::vector<ApiKeyInfo>> ApiKeys::list(const Asker& asker) {
  STRONGROOM_CHECK(need_management(asker));
  return storage::read<std::vector<ApiKeyInfo>>(context_.store, read_all);
}

Result<ApiKeyInfo> ApiKeys::get(const Asker& asker, ApiKeyId id) {
  if (id.uuid != asker.key) {
    STRONGROOM_CHECK(need_management(asker));
  }
  STRONGROOM_TRY(auto keys, storage::read<std::vector<ApiKeyInfo>>(context_.store, read_all));
  const auto found = std::ranges::find(keys, id, &ApiKeyInfo::id);
  if (found == keys.end()) return no_such_key();
  return std::move(*found);
}

Status ApiKeys::revoke(const Asker& asker, ApiKeyId id) {
  if (id.uuid != asker.key) {
    STRONGROOM_CHECK(need_management(asker));
  }
  const WallTime now = context_.clock.now();
  const Uuid event_id = crypto::make_uuid(now, context_.random);
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_api_key(tx, id.uuid));
    if (!row) return no_such_key();
    if (row->revoked_at) return {};
    row->revoked_at = now;
    STRONGROOM_TRY(const std::string mac, key_mac(context_.sealer, *row));
    STRONGROOM_CHECK(storage::revoke_api_key(tx, row->id, now, mac));
    STRONGROOM_CHECK(context_.trail.record_change(
        tx, key_event(asker, audit::Action::kApiKeyRevoked, to_info(*row, {}), event_id, now)));
    tx.on_commit([this, id] { forget(id); });
    return {};
  });
}

std::size_t ApiKeys::live_count() const {
  const std::shared_lock lock(mutex_);
  return live_.size();
}

void ApiKeys::put(const crypto::Sha256Digest& hash, const LiveKey& key) {
  const std::unique_lock lock(mutex_);
  live_.insert_or_assign(hash, key);
  hashes_.insert_or_assign(key.who.key, hash);
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
