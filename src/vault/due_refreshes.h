#pragma once
// Which tokens are to be renewed now, before anybody asks for them. Times are in the store, written
// with whatever changed them; here they are read in order, and each is asked once more whether it
// still holds: state, kills, destination, quarantine, use, and both clocks.
//
// Of clients for which a person signed in, the client's own token is renewed as long as there is a
// refresh token, so that it does not die. What can be had again at any time (the grant of client
// credentials, tokens for single resources) is renewed ahead only where a robot used it lately.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "storage/refresh_due_rows.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

struct DueRefresh {
  storage::RefreshDueRow row;
  TokenKey key;
  TargetSystemId target_system;
  std::string service_provider;
  std::shared_ptr<const TokenEntry> token;  // that is there now; null: none
};

// Safe to use from any thread; blocks. Needs Context::refresh_plan.
class DueRefreshes {
 public:
  explicit DueRefreshes(Context& context) : context_(context) {}

  using Keys = std::unordered_set<TokenKey, TokenKeyHash>;
  struct Batch {
    std::vector<DueRefresh> due;   // to be renewed now, the earliest first
    std::optional<WallTime> next;  // when the next one becomes due
    bool were_moved = false;       // some were not due after all: behind them there may be others
  };
  // `limit` of them at most, none of those that are under way, and none of the target systems and
  // projects `busy`. Errors: of the store.
  Result<Batch> take(std::size_t limit, const storage::BusyRefreshes& busy, const Keys& under_way);

  // It was not renewed, because of `why`: it is tried again when that helps, and not before `pause`
  // is over. Errors: of the store; then the time is as it was.
  Status put_off(const DueRefresh& which, const Error& why, Milliseconds pause);

  // Puts the times of the `clients` clients after `client` right, by id: where there is none yet,
  // or one that is too late by today's clocks and settings. Answers the last of them; nullopt:
  // these were the last. Errors: of the store.
  Result<std::optional<Uuid>> put_right(const Uuid& client, std::size_t clients);

  // How many are due now. Errors: of the store.
  Result<std::int64_t> count();

 private:
  struct Verdict;
  Verdict judge(const storage::RefreshDueRow& row) const;
  bool may_be_renewed(const storage::RefreshDueRow& row, const LookupIndex::Found& found,
                      const TokenEntry* token) const;
  bool is_used_lately(const storage::RefreshDueRow& row, const ClientEntry& client,
                      const TokenEntry* token) const;
  bool is_too_late(const Verdict& verdict, WallTime due_at) const;
  Status write(const std::vector<storage::RefreshDueRow>& moved);

  Context& context_;
};

}  // namespace strongroom::vault
