#include "identity/api_keys.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "identity/change.h"
#include "identity/key_record.h"
#include "storage/api_key_rows.h"
#include "storage/restore_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {
namespace {

Error no_such_key() { return Error{Code::kNotFound, "There is no such API key."}; }

Status need_management(const Asker& asker) { return need(asker, Permission::kManageApiKeys); }

// `owner` is null where there is no such key, which only who manages keys learns.
Status need_key(const Asker& asker, ApiKeyId key, const Uuid* owner) {
  if (!asker.key.is_nil() && key.uuid == asker.key) return {};
  if (ApiKeys::has_own(asker) && owner != nullptr && *owner == asker.user) return {};
  return need_management(asker);
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
  // One that a restore suspended is taken back for good: nothing lifts that.
  STRONGROOM_TRY(const bool was_suspended, storage::delete_suspension_of(tx, "api_key", row.id));
  if (row.revoked_at && !was_suspended) return {};
  const auto event = change_event(context_, asker, audit::Action::kApiKeyRevoked, row.id, row.name);
  const WallTime now = event.at;
  row.revoked_at = now;
  STRONGROOM_TRY(const std::string mac, key_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::revoke_api_key(tx, row.id, now, mac));
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, id = ApiKeyId{row.id}] { forget(id); });
  return {};
}

Status ApiKeys::end_suspension(storage::Transaction& tx, ApiKeyId id) {
  STRONGROOM_TRY(auto row, storage::find_api_key(tx, id.uuid));
  if (!row || !row->revoked_at) return {};
  STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
  if (!genuine) return Error{Code::kCorrupt, "A stored row is damaged.", "API key " + id.text()};
  row->revoked_at.reset();
  STRONGROOM_TRY(row->mac, key_mac(context_.sealer, *row));
  STRONGROOM_CHECK(storage::restore_api_key(tx, row->id, row->mac));
  const LiveKey key{
      UserId{row->user_id}, id,
      key_limits(*permissions_from_text(row->permissions), *projects_from_text(row->projects)),
      row->expires_at};
  tx.on_commit([this, hash = *digest_from(row->hash), key] { put(hash, key); });
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
