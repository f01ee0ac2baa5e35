#pragma once
// The stored tokens of a client by their key: its own, or the one for a resource. As the functions
// of storage/token_rows.h and storage/resource_token_rows.h that they choose from.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "storage/resource_token_rows.h"
#include "storage/token_rows.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"

namespace strongroom::vault {

inline Result<std::optional<std::int64_t>> claim_lease(storage::Transaction& tx,
                                                       const TokenKey& key, const Uuid& owner,
                                                       WallTime now, WallTime until) {
  if (key.resource.empty()) return storage::claim_lease(tx, key.client.uuid, owner, now, until);
  return storage::claim_resource_lease(tx, key.client.uuid, key.resource, owner, now, until);
}

inline Status release_lease(storage::Transaction& tx, const TokenKey& key, std::int64_t epoch) {
  if (key.resource.empty()) {
    STRONGROOM_CHECK(storage::release_lease(tx, key.client.uuid, epoch));
    return {};
  }
  return storage::release_resource_lease(tx, key.client.uuid, key.resource, epoch);
}

inline Result<bool> store_token(storage::Transaction& tx, const TokenKey& key, std::int64_t epoch,
                                const storage::TokenRow& token) {
  if (key.resource.empty()) return storage::store_token(tx, key.client.uuid, epoch, token);
  return storage::store_resource_token(tx, key.client.uuid, key.resource, epoch, token);
}

inline Result<bool> store_failure(storage::Transaction& tx, const TokenKey& key, std::int64_t epoch,
                                  std::string_view cause, WallTime at) {
  if (key.resource.empty()) return storage::store_failure(tx, key.client.uuid, epoch, cause, at);
  return storage::store_resource_failure(tx, key.client.uuid, key.resource, epoch, cause, at);
}

inline void put_retrieved(LookupIndex& index, const TokenKey& key,
                          std::shared_ptr<const TokenEntry> token) {
  if (key.resource.empty()) return index.put_retrieved(key.client, std::move(token));
  index.put_retrieved(key.client, key.resource, std::move(token));
}

}  // namespace strongroom::vault
