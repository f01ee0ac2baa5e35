#include "vault/due_refreshes.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "vault/refresh_plan.h"
#include "vault/refresh_times.h"

namespace strongroom::vault {
namespace {

using storage::RefreshDueRow;

// While a kill stands nothing is renewed, and its tokens are withdrawn in a moment.
constexpr Milliseconds kUnderAKill = std::chrono::minutes(1);
constexpr Milliseconds kAfterARefusal = std::chrono::seconds(30);
constexpr Milliseconds kWhileAPersonIsNeeded = std::chrono::minutes(15);
// A time of a client that fails is its back-off's, if it is within this.
constexpr Milliseconds kLongestBackOff = std::chrono::hours(2);
// Times that differ by less are left as they are.
constexpr Milliseconds kExactEnough = std::chrono::seconds(1);

bool is_renewed_in_state(OAuthClientState state) {
  switch (state) {
    case OAuthClientState::kActive:
    case OAuthClientState::kFailing:
    case OAuthClientState::kNeedsRetrieval:
      return true;
    case OAuthClientState::kDraft:
    case OAuthClientState::kDisabled:
    case OAuthClientState::kNeedsSignIn:
      return false;
  }
  return false;
}

std::optional<Milliseconds> left_of(const Clock& clock, const TokenEntry* token) {
  if (token == nullptr || !token->deadline) return std::nullopt;
  return token->deadline->left(clock.now(), clock.boot_now());
}

// What a person has to put right is looked at again when they have; this is for what they do
// elsewhere.
Milliseconds least_wait(const Error& why) {
  if (why.code == Code::kProviderRefused) return kAfterARefusal;
  if (why.code != Code::kUnavailable) return kWhileAPersonIsNeeded;
  const ErrorValue* const value = why.find("retry_after");
  const auto* const seconds = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return Seconds(seconds == nullptr ? 1 : std::max<std::int64_t>(*seconds, 1));
}

bool is_listed(const TargetSystemEntry& system, const std::string& resource) {
  return resource.empty() ||
         std::ranges::find(system.resources, resource) != system.resources.end();
}

}  // namespace

struct DueRefreshes::Verdict {
  DueRefresh refresh;
  std::optional<WallTime> due_at = {};  // nullopt: never
  bool is_due = false;                  // now
  bool is_failing = false;
};

Result<DueRefreshes::Batch> DueRefreshes::take(std::size_t limit,
                                               const storage::BusyRefreshes& busy,
                                               const Keys& under_way) {
  const WallTime now = context_.clock.now();
  Batch batch;
  std::vector<RefreshDueRow> rows;
  STRONGROOM_CHECK(context_.store.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(rows, storage::refreshes_due(snapshot, now, busy, limit + under_way.size()));
    STRONGROOM_TRY(batch.next, storage::next_refresh_due(snapshot, now));
    return {};
  }));
  std::vector<RefreshDueRow> moved;
  for (RefreshDueRow& row : rows) {
    if (batch.due.size() == limit) break;
    if (under_way.contains({OAuthClientId{row.oauth_client_id}, row.resource})) continue;
    Verdict verdict = judge(row);
    if (verdict.is_due) {
      batch.due.push_back(std::move(verdict.refresh));
    } else {
      moved.push_back(std::move(row));
    }
  }
  if (moved.empty()) return batch;
  STRONGROOM_CHECK(write(moved));
  batch.were_moved = true;
  return batch;
}

DueRefreshes::Verdict DueRefreshes::judge(const RefreshDueRow& row) const {
  const OAuthClientId id{row.oauth_client_id};
  const LookupIndex::Found found = context_.index.find(id);
  Verdict verdict{.refresh = {.row = row,
                              .key = {id, row.resource},
                              .target_system = TargetSystemId{row.target_system_id},
                              .service_provider = {},
                              .token = {}}};
  if (!found.client || !found.target_system) return verdict;
  verdict.refresh.service_provider = found.target_system->service_provider;
  verdict.refresh.token = token_for(*found.client, row.resource);
  const TokenEntry* const token = verdict.refresh.token.get();
  if (!may_be_renewed(row, found, token)) return verdict;
  verdict.is_failing = found.client->state == OAuthClientState::kFailing;
  const WallTime now = context_.clock.now();
  if (found.killed_by) {
    verdict.due_at = now + kUnderAKill;
    return verdict;
  }
  if (token != nullptr) {
    verdict.due_at = refresh_due(context_, verdict.refresh.key, *token, row.refresh_ends_at);
  } else {  // the time is that of the next try, or of the keep-alive
    verdict.due_at = row.due_at ? row.due_at : keep_alive_due(context_, id);
  }
  verdict.is_due = verdict.due_at && *verdict.due_at <= now + kExactEnough;
  return verdict;
}

bool DueRefreshes::may_be_renewed(const RefreshDueRow& row, const LookupIndex::Found& found,
                                  const TokenEntry* token) const {
  const ClientEntry& client = *found.client;
  if (!is_renewed_in_state(client.state) || client.target_system_held || row.is_quarantined ||
      !is_listed(*found.target_system, row.resource)) {
    return false;
  }
  const bool is_of_resource = !row.resource.empty();
  if (needs_person(found.target_system->grant)) {
    return row.has_refresh_token && (!is_of_resource || is_used_lately(row, client, token));
  }
  return token != nullptr && is_used_lately(row, client, token);
}

bool DueRefreshes::is_used_lately(const RefreshDueRow& row, const ClientEntry& client,
                                  const TokenEntry* token) const {
  std::optional<WallTime> last = row.last_used_at;
  for (const AccessEntry& rule : client.access) {
    if (const auto used = context_.index.uses().last(rule.id)) {
      last = last ? std::max(*last, *used) : *used;
    }
  }
  return vault::is_used_lately(last, token == nullptr ? std::nullopt : token->lifetime,
                               context_.clock.now());
}

// Inside of the transaction they are judged once more: by now the index has followed the commits
// that the rows came from.
Status DueRefreshes::write(const std::vector<RefreshDueRow>& moved) {
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    std::optional<WallTime> earliest;
    for (const RefreshDueRow& row : moved) {
      const auto due = judge(row).due_at;
      STRONGROOM_CHECK(storage::move_refresh_due(tx, row, due));
      if (due && (!earliest || *due < *earliest)) earliest = due;
    }
    tx.on_commit([this, earliest] { ring(context_, earliest); });
    return {};
  });
}

Status DueRefreshes::put_off(const DueRefresh& which, const Error& why, Milliseconds pause) {
  const auto left = left_of(context_.clock, which.token.get());
  std::byte chance{};
  context_.random.fill(std::span(&chance, 1));
  Milliseconds wait = wait_after_failure(std::max(pause, least_wait(why)), left,
                                         std::to_integer<std::uint8_t>(chance));
  // The old refresh token is used again when there is nothing to lose any more.
  if (why.problem.view() == "refresh_in_doubt" && left) wait = std::max(wait, *left);
  const WallTime due = context_.clock.now() + wait;
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::put_off_refresh(tx, which.row, due));
    tx.on_commit([this, due] { ring(context_, due); });
    return {};
  });
}

bool DueRefreshes::is_too_late(const Verdict& verdict, WallTime due_at) const {
  if (due_at <= *verdict.due_at + kExactEnough) return false;
  return !verdict.is_failing || due_at > context_.clock.now() + kLongestBackOff;
}

Result<std::optional<Uuid>> DueRefreshes::put_right(const Uuid& client, std::size_t clients) {
  STRONGROOM_TRY(const auto rows, storage::read<std::vector<RefreshDueRow>>(
                                      context_.store, [&](storage::Snapshot& snapshot) {
                                        return storage::refreshes_after(snapshot, client, clients);
                                      }));
  if (rows.empty()) return std::optional<Uuid>();
  std::vector<RefreshDueRow> moved;
  for (const RefreshDueRow& row : rows) {
    const Verdict verdict = judge(row);
    const bool has_none = row.due_at.has_value() && !verdict.due_at;
    const bool is_late = verdict.due_at && (!row.due_at || is_too_late(verdict, *row.due_at));
    if (has_none || is_late) moved.push_back(row);
  }
  if (!moved.empty()) STRONGROOM_CHECK(write(moved));
  return std::optional(rows.back().oauth_client_id);
}

Result<std::int64_t> DueRefreshes::count() {
  return storage::read<std::int64_t>(context_.store, [&](storage::Snapshot& snapshot) {
    return storage::count_refreshes_due(snapshot, context_.clock.now());
  });
}

}  // namespace strongroom::vault
