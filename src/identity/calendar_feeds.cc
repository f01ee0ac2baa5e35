#include "identity/calendar_feeds.h"

#include <mutex>
#include <string>
#include <vector>

#include "crypto/equal.h"
#include "identity/api_keys.h"
#include "identity/change.h"
#include "identity/key_record.h"
#include "identity/mac_fields.h"
#include "storage/calendar_feed_rows.h"

namespace strongroom::identity {
namespace {

using storage::CalendarFeedRow;

Result<std::string> feed_mac(const crypto::Sealer& sealer, const CalendarFeedRow& row) {
  MacFields fields;
  fields.add(row.user_id.raw()).add(row.token_hash).add(row.created_at);
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("calendar_feeds", fields.text()));
  return std::string(as_text(mac));
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const CalendarFeedRow& row) {
  STRONGROOM_TRY(const std::string expected, feed_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) && digest_from(row.token_hash).has_value();
}

// An API key has none: who has one can ask for the forecast itself, and an address that a key made
// would outlive its revoke.
Status need_own(const Asker& asker) {
  if (ApiKeys::has_own(asker)) return {};
  return Error{Code::kPermissionDenied, "Only who signed in has a calendar of their own."};
}

}  // namespace

Status CalendarFeeds::load() {
  using Rows = std::vector<CalendarFeedRow>;
  STRONGROOM_TRY(const Rows rows, storage::read<Rows>(context_.store, storage::all_calendar_feeds));
  for (const CalendarFeedRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    if (!genuine) {
      context_.log.error(
          "a calendar feed's row was changed from outside; the feed works for nobody",
          {{"user", row.user_id}});
      continue;
    }
    put(UserId{row.user_id}, {*digest_from(row.token_hash), row.created_at});
  }
  return {};
}

Result<crypto::BearerKey> CalendarFeeds::create(const Asker& asking) {
  STRONGROOM_CHECK(need_own(asking));
  STRONGROOM_CHECK(need_writable_audit(context_));
  crypto::BearerKey token = crypto::make_bearer_key(kCalendarFeedPrefix, context_.random);
  const auto hash = crypto::bearer_key_hash(kCalendarFeedPrefix, token.reveal());
  if (!hash) return Error{Code::kInternal, "A new calendar's token is malformed."};
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  const auto user = users_.find(UserId{asker.user});
  if (!user || user->disabled_at) return Error{Code::kNotFound, "There is no such user."};
  CalendarFeedRow row{.user_id = asker.user,
                      .token_hash = std::string(as_text(*hash)),
                      .created_at = context_.clock.now(),
                      .mac = {}};
  STRONGROOM_TRY(row.mac, feed_mac(context_.sealer, row));
  const Status written = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(revoke_of(tx, asker, user->id));
    STRONGROOM_CHECK(storage::put_calendar_feed(tx, row));
    STRONGROOM_CHECK(record(tx, asker, audit::Action::kCalendarFeedCreated, user->id));
    tx.on_commit([this, id = user->id, live = Live{*hash, row.created_at}] { put(id, live); });
    return {};
  });
  STRONGROOM_CHECK(written);
  return token;
}

Status CalendarFeeds::revoke(const Asker& asking) {
  STRONGROOM_CHECK(need_own(asking));
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  return context_.store.write(
      [&](storage::Transaction& tx) { return revoke_of(tx, asker, UserId{asker.user}); });
}

Status CalendarFeeds::revoke_of(storage::Transaction& tx, const Asker& asker, UserId user) {
  STRONGROOM_TRY(const bool was_there, storage::delete_calendar_feed(tx, user.uuid));
  if (!was_there) return {};
  STRONGROOM_CHECK(record(tx, asker, audit::Action::kCalendarFeedRevoked, user));
  tx.on_commit([this, user] { forget(user); });
  return {};
}

Status CalendarFeeds::record(storage::Transaction& tx, const Asker& asker, audit::Action action,
                             UserId user) {
  const auto known = users_.find(user);
  return context_.trail.record_change(
      tx, change_event(context_, asker, action, user.uuid, known ? known->name : std::string()));
}

std::optional<WallTime> CalendarFeeds::made_at(UserId user) const {
  const std::shared_lock lock(mutex_);
  const auto found = live_.find(user);
  if (found == live_.end()) return std::nullopt;
  return found->second.created_at;
}

std::optional<UserId> CalendarFeeds::find(std::string_view token) const {
  const auto hash = crypto::bearer_key_hash(kCalendarFeedPrefix, token);
  if (!hash) return std::nullopt;
  UserId user;  // nobody's
  {
    const std::shared_lock lock(mutex_);
    const auto found = users_of_.find(*hash);
    if (found != users_of_.end()) user = found->second;
  }
  const auto known = users_.find(user);
  if (!known || known->disabled_at) return std::nullopt;
  return user;
}

void CalendarFeeds::put(UserId user, const Live& live) {
  const std::unique_lock lock(mutex_);
  users_of_.insert_or_assign(live.hash, user);
  live_.insert_or_assign(user, live);
}

void CalendarFeeds::forget(UserId user) {
  const std::unique_lock lock(mutex_);
  const auto found = live_.find(user);
  if (found == live_.end()) return;
  users_of_.erase(found->second.hash);
  live_.erase(found);
}

}  // namespace strongroom::identity
