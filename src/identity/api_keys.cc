#include "identity/api_keys.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/key_record.h"
#include "storage/api_key_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

Error no_such_key() { return Error{Code::kNotFound, "There is no such API key."}; }

Status need_management(const Asker& asker) { return need(asker, Permission::kManageApiKeys); }

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

ApiKeys::ApiKeys(const Context& context, Users& users, const Rights& rights)
    : context_(context), users_(users), rights_(rights) {}

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
    put(*digest_from(row.hash), {UserId{row.user_id}, ApiKeyId{row.id},
                                 *permissions_from_text(row.permissions), row.expires_at});
  }
  return {};
}

std::optional<SignedIn> ApiKeys::authenticate(std::string_view text) const {
  if (const auto hash = crypto::bearer_key_hash(crypto::kUserKeyPrefix, text)) {
    const std::shared_lock lock(mutex_);
    const auto found = live_.find(*hash);
    if (found != live_.end() && !expired(found->second)) return signed_in(found->second);
  }
  rejections_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

SignedIn ApiKeys::signed_in(const LiveKey& key) const {
  return {key.user, key.id, rights_.of(key.user).limited_to(key.permissions)};
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
  const bool is_own = request.is_own && asker.key.is_nil() && request.user.empty();
  if (!is_own) STRONGROOM_CHECK(need_management(asker));
  ApiKeyRequest clean = request;
  STRONGROOM_TRY(clean.name, clean_name(request.name, "/name"));
  if (!request.user.empty()) {
    STRONGROOM_TRY(clean.user, clean_name(request.user, "/user"));
  }
  if (request.expires_at && *request.expires_at <= context_.clock.now()) {
    return Error{Code::kInvalidArgument, "The key would have expired already."}.at("/expires_at");
  }
  STRONGROOM_CHECK(need_writable_audit(context_));
  return clean;
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
                   return insert(tx, asker, clean.user, stamp, row);
                 }));
  return NewApiKey{std::move(info), std::move(key)};
}

// The user whom `asker` means, made if a name was given that nobody has. A key does no more than
// its user may; on the server's own host the user is given what is missing.
Result<User> ApiKeys::user_for(storage::Transaction& tx, const Asker& asker,
                               const std::string& name, const Stamp& stamp, Permissions wanted) {
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
    STRONGROOM_CHECK(need_all(asker, wanted));
    return users_.find_or_make(tx, name, {stamp.user, stamp.now, wanted});
  }
  if (known->disabled_at) {
    return Error{Code::kInvalidArgument, "This user is disabled."}.at("/user");
  }
  const Grants theirs = rights_.of(known->id);
  STRONGROOM_CHECK(need_all(asker, theirs.limited_to(wanted)));
  STRONGROOM_CHECK(need_somewhere(asker, wanted));
  if (theirs.anywhere().has_all(wanted)) return *std::move(known);
  if (asker.kind != audit::ActorKind::kServer) {
    return Error{Code::kInvalidArgument, "The user of the key has not all of these permissions."}
        .at("/permissions");
  }
  STRONGROOM_TRY(storage::UserRow row, users_.row_of(tx, known->id));
  row.permissions = own_permissions_text(known->permissions.with(wanted));
  return users_.update(tx, std::move(row));
}

Result<ApiKeyInfo> ApiKeys::insert(storage::Transaction& tx, const Asker& asker,
                                   const std::string& user_name, const Stamp& stamp,
                                   storage::ApiKeyRow& row) {
  const auto wanted = permissions_from_text(row.permissions).value_or(Permissions{});
  STRONGROOM_TRY(const auto user, user_for(tx, asker, user_name, stamp, wanted));
  row.user_id = user.id.uuid;
  STRONGROOM_TRY(row.mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_api_key(tx, row));
  ApiKeyInfo made = to_info(row, user.name);
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, key_event(asker, audit::Action::kApiKeyCreated, made, stamp.event, stamp.now)));
  tx.on_commit([this, digest = *digest_from(row.hash),
                live = LiveKey{made.user, made.id, made.permissions, made.expires_at}] {
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
  using Found = std::optional<storage::ApiKeyRow>;
  STRONGROOM_TRY(const Found row,
                 storage::read<Found>(context_.store, [&](storage::Snapshot& snapshot) {
                   return storage::find_api_key(snapshot, id.uuid);
                 }));
  if (!row) return no_such_key();
  const auto user = users_.find(UserId{row->user_id});
  return to_info(*row, user ? user->name : std::string());
}

Status ApiKeys::revoke(const Asker& asking, ApiKeyId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  if (id.uuid != asker.key) {
    STRONGROOM_CHECK(need_management(asker));
  }
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_api_key(tx, id.uuid));
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
