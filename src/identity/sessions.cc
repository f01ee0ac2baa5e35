#include "identity/sessions.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/equal.h"
#include "crypto/uuid.h"
#include "identity/key_record.h"
#include "identity/user_record.h"

namespace strongroom::identity {
namespace {

using storage::SessionRow;

constexpr std::string_view kPrefix = "srk_session_";
constexpr std::string_view kCsrfPurpose = "strongroom csrf token";
constexpr std::string_view kExpired = "expired";

std::int64_t count(WallTime time) { return time.time_since_epoch().count(); }
std::int64_t count(BootTime time) { return time.time_since_epoch().count(); }
WallTime wall(std::int64_t milliseconds) { return WallTime(Milliseconds(milliseconds)); }
BootTime boot(std::int64_t milliseconds) { return BootTime(Milliseconds(milliseconds)); }

audit::Event session_event(const Asker& asker, audit::Action action, const SessionRow& row) {
  audit::Event event{.id = {}, .at = {}, .action = action};
  event.actor_kind = asker.kind;
  event.actor_id = asker.user;
  event.key_id = asker.key;
  event.subject_id = row.id;
  event.request_id = asker.request_id;
  event.peer = asker.peer;
  return event;
}

}  // namespace

Sessions::Live::Live(const SignedIn& signed_in, const SessionRow& row, const Deadline& ends,
                     const Moment& seen)
    : who(signed_in),
      created_at(row.created_at),
      sign_on_account(row.sign_on_account),
      sign_on_provider(row.sign_on_provider.value_or(Uuid{})),
      end(ends),
      seen_wall(count(seen.wall)),
      seen_boot(count(seen.boot)),
      written(count(seen.wall)) {}

Sessions::Sessions(const Context& context, const Users& users, const Rights& rights,
                   SessionLimits limits)
    : context_(context), users_(users), rights_(rights), limits_(limits) {}

Status Sessions::load() {
  STRONGROOM_TRY(const auto rows, storage::read<std::vector<SessionRow>>(
                                      context_.store, [](storage::Snapshot& snapshot) {
                                        return storage::all_sessions(snapshot);
                                      }));
  for (const SessionRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    const auto user = users_.find(UserId{row.user_id});
    if (genuine && user) {
      put(row, *user);
    } else {
      context_.log.error("a session's row was changed from outside; the session works for nobody",
                         {{"session", row.id}});
    }
  }
  return {};
}

SignedIn Sessions::now_of(const Live& live, const Moment& now) const {
  SignedIn who = live.who;
  who.grants = rights_.of(who.user);
  who.stepped_up = is_stepped_up(live, now);
  return who;
}

bool Sessions::is_stepped_up(const Live& live, const Moment& now) const {
  return live.stepped_up.left(now.wall, now.boot) > Milliseconds{0};
}

std::optional<SignedIn> Sessions::find(std::string_view cookie, AskedBy asked_by) const {
  const auto hash = crypto::bearer_key_hash(kPrefix, cookie);
  if (!hash) return std::nullopt;
  const Moment at = now();
  const std::shared_lock lock(mutex_);
  const auto found = live_.find(*hash);
  if (found == live_.end() || is_over(found->second, at)) return std::nullopt;
  if (asked_by == AskedBy::kPerson) {
    found->second.seen_wall.store(count(at.wall), std::memory_order_relaxed);
    found->second.seen_boot.store(count(at.boot), std::memory_order_relaxed);
  }
  return now_of(found->second, at);
}

std::optional<SignedIn> Sessions::again(const SignedIn& signed_in) const {
  const Moment at = now();
  const std::shared_lock lock(mutex_);
  const auto hash = hashes_.find(signed_in.session);
  if (hash == hashes_.end()) return std::nullopt;
  const auto found = live_.find(hash->second);
  if (found == live_.end() || is_over(found->second, at)) return std::nullopt;
  return now_of(found->second, at);
}

std::vector<SessionInfo> Sessions::of(UserId id) const {
  std::vector<SessionInfo> found;
  const auto user = users_.find(id);
  if (!user) return found;
  {
    const Moment at = now();
    const std::shared_lock lock(mutex_);
    for (const auto& [hash, live] : live_) {
      if (live.who.user == id && !is_over(live, at)) found.push_back(to_info(live, *user));
    }
  }
  std::ranges::sort(found, std::greater(), &SessionInfo::created_at);
  return found;
}

std::optional<SessionInfo> Sessions::info(SessionId id) const {
  const std::shared_lock lock(mutex_);
  const auto hash = hashes_.find(id);
  if (hash == hashes_.end()) return std::nullopt;
  const Live& live = live_.at(hash->second);
  const auto user = users_.find(live.who.user);
  if (!user) return std::nullopt;
  return to_info(live, *user);
}

std::string Sessions::csrf_token(std::string_view cookie) {
  return crypto::base64url(crypto::hmac_sha256(cookie, kCsrfPurpose));
}

bool Sessions::csrf_token_fits(std::string_view cookie, std::string_view token) {
  return crypto::constant_time_equal(csrf_token(cookie), token);
}

Result<NewSession> Sessions::start(storage::Transaction& tx, const Asker& asker, const User& user,
                                   const SessionStart& how) {
  crypto::BearerKey key = crypto::make_bearer_key(kPrefix, context_.random);
  const auto hash = crypto::bearer_key_hash(kPrefix, key.reveal());
  if (!hash) return Error{Code::kInternal, "A new session's key is malformed."};
  const WallTime at = context_.clock.now();
  SessionRow row{.id = crypto::make_uuid(at, context_.random),
                 .user_id = user.id.uuid,
                 .hash = std::string(as_text(*hash)),
                 .created_at = at,
                 .last_seen_at = at,
                 .expires_at = at + limits_.whole,
                 .mac = {},
                 .sign_on_account = how.sign_on_account.uuid};
  if (!how.sign_on_provider.is_nil()) row.sign_on_provider = how.sign_on_provider;
  STRONGROOM_TRY(row.mac, session_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_session(tx, row));
  audit::Event event = session_event(asker, audit::Action::kSessionStarted, row);
  event.id = crypto::make_uuid(at, context_.random);
  event.at = at;
  event.subject_name = user.name;
  event.reason = how.reason;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, row, user, stepped_up = how.stepped_up] {
    put(row, user);
    if (stepped_up) set_stepped_up(SessionId{row.id});
  });
  SessionInfo info{SessionId{row.id}, user, at, at + limits_.idle, row.expires_at};
  if (how.stepped_up) info.stepped_up_until = at + kSteppedUp;
  info.sign_on_provider = how.sign_on_provider;
  std::string csrf = csrf_token(key.reveal());
  return NewSession{info, std::move(key), std::move(csrf)};
}

Status Sessions::step_up(storage::Transaction& tx, const Asker& asker, SessionId id) {
  STRONGROOM_TRY(const auto row, storage::find_session(tx, id.uuid));
  if (!row) return {};
  audit::Event event = session_event(asker, audit::Action::kSessionSteppedUp, *row);
  event.at = context_.clock.now();
  event.id = crypto::make_uuid(event.at, context_.random);
  if (const auto user = users_.find(UserId{row->user_id})) event.subject_name = user->name;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, id] { set_stepped_up(id); });
  return {};
}

void Sessions::step_up_unwritten(SessionId id) {
  context_.log.warning(
      "Somebody showed again who they are, and it could not be written into the audit trail.",
      {{"session", id.uuid}});
  set_stepped_up(id);
}

void Sessions::set_stepped_up(SessionId id) {
  const Moment at = now();
  const std::unique_lock lock(mutex_);
  const auto hash = hashes_.find(id);
  if (hash == hashes_.end()) return;
  live_.at(hash->second).stepped_up = Deadline::after(at.wall, at.boot, kSteppedUp);
}

Status Sessions::end(storage::Transaction& tx, const Asker& asker, SessionId id,
                     std::string_view reason) {
  STRONGROOM_TRY(const auto row, storage::find_session(tx, id.uuid));
  if (!row) return {};
  return remove(tx, asker, *row, reason);
}

Status Sessions::end_of_account(storage::Transaction& tx, const Asker& asker, UserId user,
                                SignOnAccountId account, std::string_view reason) {
  STRONGROOM_TRY(const auto rows, storage::sessions_of(tx, user.uuid));
  for (const SessionRow& row : rows) {
    if (row.sign_on_account == account.uuid) STRONGROOM_CHECK(remove(tx, asker, row, reason));
  }
  return {};
}

Status Sessions::end_all(storage::Transaction& tx, const Asker& asker, UserId user,
                         std::string_view reason) {
  STRONGROOM_TRY(const auto rows, storage::sessions_of(tx, user.uuid));
  for (const SessionRow& row : rows) STRONGROOM_CHECK(remove(tx, asker, row, reason));
  return {};
}

Status Sessions::remove(storage::Transaction& tx, const Asker& asker, const SessionRow& row,
                        std::string_view reason) {
  STRONGROOM_CHECK(storage::delete_session(tx, row.id));
  audit::Event event = session_event(asker, audit::Action::kSessionEnded, row);
  event.at = context_.clock.now();
  event.id = crypto::make_uuid(event.at, context_.random);
  event.reason = reason;
  if (const auto user = users_.find(UserId{row.user_id})) event.subject_name = user->name;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  tx.on_commit([this, id = SessionId{row.id}] { forget(id); });
  return {};
}

Status Sessions::write_back() {
  std::vector<SessionRow> seen;
  std::vector<SessionRow> over;
  const Moment at = now();
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [hash, live] : live_) {
      if (is_over(live, at)) {
        over.push_back(to_row(hash, live));
      } else if (live.written.load() != live.seen_wall.load()) {
        seen.push_back(to_row(hash, live));
      }
    }
  }
  if (seen.empty() && over.empty()) return {};
  const Asker server{.kind = audit::ActorKind::kServer, .grants = {}};
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    for (SessionRow& row : seen) STRONGROOM_CHECK(touch(tx, row));
    for (const SessionRow& row : over) {
      STRONGROOM_CHECK(end(tx, server, SessionId{row.id}, kExpired));
    }
    return {};
  });
}

Status Sessions::touch(storage::Transaction& tx, SessionRow& row) const {
  STRONGROOM_TRY(row.mac, session_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::touch_session(tx, row));
  tx.on_commit([this, id = SessionId{row.id}, written = count(row.last_seen_at)] {
    const std::shared_lock lock(mutex_);
    const auto hash = hashes_.find(id);
    if (hash != hashes_.end()) live_.at(hash->second).written = written;
  });
  return {};
}

std::size_t Sessions::live_count() const {
  const Moment at = now();
  const std::shared_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(live_, [&](const auto& entry) { return !is_over(entry.second, at); }));
}

Deadline Sessions::idle_end(const Live& live) const {
  return Deadline::after(wall(live.seen_wall.load(std::memory_order_relaxed)),
                         boot(live.seen_boot.load(std::memory_order_relaxed)), limits_.idle);
}

bool Sessions::is_over(const Live& live, const Moment& now) const {
  return live.end.left(now.wall, now.boot) <= Milliseconds{0} ||
         idle_end(live).left(now.wall, now.boot) <= Milliseconds{0};
}

SessionInfo Sessions::to_info(const Live& live, const User& user) const {
  SessionInfo info{.id = live.who.session,
                   .user = user,
                   .created_at = live.created_at,
                   .idle_expires_at = std::min(idle_end(live).wall, live.end.wall),
                   .expires_at = live.end.wall};
  if (is_stepped_up(live, now())) info.stepped_up_until = live.stepped_up.wall;
  info.sign_on_provider = live.sign_on_provider;
  return info;
}

SessionRow Sessions::to_row(const crypto::Sha256Digest& hash, const Live& live) const {
  return {.id = live.who.session.uuid,
          .user_id = live.who.user.uuid,
          .hash = std::string(as_text(hash)),
          .created_at = live.created_at,
          .last_seen_at = wall(live.seen_wall.load()),
          .expires_at = live.end.wall,
          .mac = {},
          .sign_on_account = live.sign_on_account,
          .sign_on_provider =
              live.sign_on_provider.is_nil() ? std::nullopt : std::optional(live.sign_on_provider)};
}

// Boot time means nothing after a restart, so what it would show is taken from the calendar; a
// calendar that was set back since gives no session more time than it had.
void Sessions::put(const SessionRow& row, const User& user) {
  const Moment at = now();
  const Milliseconds idle = std::max(at.wall - row.last_seen_at, Milliseconds{0});
  const Milliseconds age = std::max(at.wall - row.created_at, Milliseconds{0});
  const Milliseconds whole = std::min(row.expires_at - row.created_at, limits_.whole);
  // Who came by single sign-on has shown no password that could be somebody else's.
  const bool must_change = user.must_change_password && !row.sign_on_provider;
  const SignedIn who{UserId{row.user_id}, {}, {}, SessionId{row.id}, must_change};
  const auto hash = *digest_from(row.hash);
  const std::unique_lock lock(mutex_);
  live_.try_emplace(hash, who, row, Deadline{row.created_at + whole, at.boot + whole - age},
                    Moment{row.last_seen_at, at.boot - idle});
  hashes_.insert_or_assign(who.session, hash);
}

void Sessions::forget(SessionId id) {
  const std::unique_lock lock(mutex_);
  const auto found = hashes_.find(id);
  if (found == hashes_.end()) return;
  live_.erase(found->second);
  hashes_.erase(found);
}

}  // namespace strongroom::identity
