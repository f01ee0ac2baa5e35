#pragma once
// What the vault knows of renewing tokens ahead of their end: by how much, how long tokens live
// where nobody says it, and who is to be woken when one is due.

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "catalogue/refresh_lifetimes.h"
#include "storage/store.h"
#include "storage/target_system_rows.h"
#include "vault/lookup_entries.h"
#include "vault/refresh_times.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

struct Context;

// Safe to use from any thread.
class RefreshPlan {
 public:
  explicit RefreshPlan(RefreshSettings settings) : settings_(settings) {}

  // A token of the target system came with this lifetime: the shortest of them, but five minutes at
  // least, is taken for that of those that come without.
  void learn(TargetSystemId system, Milliseconds lifetime);
  RefreshSettings settings_for(TargetSystemId system);

  // How long refresh tokens live, as the catalogue says.
  void know(catalogue::RefreshLifetimesById lifetimes) { *known_.lock() = std::move(lifetimes); }
  // How often refresh tokens of that provider are used where `wanted` is what the target system
  // says: half of their idle lifetime, where that is known and less, or they would die all the same
  // . nullopt: nobody wants it.
  std::optional<Milliseconds> keep_alive(std::string_view service_provider,
                                         std::optional<Milliseconds> wanted);

  // Whom to tell of moments at which something becomes due, on the thread that made it so, which
  // may be the store's writer: it must not block. Empty: nobody.
  using Listener = std::function<void(WallTime)>;
  void listen(Listener listener) { *listener_.lock() = std::move(listener); }
  void ring(WallTime due);

  // Whether the end that an answer states is moved by a use, as far as the catalogue knows.
  bool is_moved_by_use(std::string_view service_provider);

 private:
  using Lifetimes = std::unordered_map<TargetSystemId, Milliseconds, UuidHash>;

  const RefreshSettings settings_;
  Guarded<Lifetimes> learned_;
  Guarded<catalogue::RefreshLifetimesById> known_;
  Guarded<Listener> listener_;
};

// When the token, which was stored just now or is stored in this moment, is to be renewed; nullopt:
// it need not be, or nothing is renewed ahead here. Whether it may be is asked when it is due.
// `refresh_ends`: when its refresh token is over unless it is used, as an answer stated it.
std::optional<WallTime> refresh_due(const Context& context, const TokenKey& key,
                                    const TokenEntry& token, std::optional<WallTime> refresh_ends);
// When the refresh token of a client without an access token has to be used once, so that it does
// not die of disuse; nullopt: its target system does not ask for that.
std::optional<WallTime> keep_alive_due(const Context& context, OAuthClientId client);

// What kept the client from being renewed is over, or something of its target system is other than
// before: whether and when is asked anew.
Status refresh_again(const Context& context, storage::Transaction& tx, const Uuid& oauth_client);
Status refresh_clients_again(const Context& context, storage::Transaction& tx,
                             const storage::TargetSystemRow& row);

// Rings the bell, if there are both a time and a bell.
void ring(const Context& context, std::optional<WallTime> due);

}  // namespace strongroom::vault
