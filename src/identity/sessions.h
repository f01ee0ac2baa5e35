#pragma once
// Sessions: how a browser shows who signed in.
//
// A session is known by the value of a cookie, of which a hash is kept, with a MAC over the row: a
// row that was made, moved to another user or prolonged by somebody else works for nobody, and one
// that is put back stops the next start (vault/row_sets.h). Requests touch no database: the
// sessions that live are held in memory, and follow the commits that change them, so that one that
// is ended opens nothing once that is answered.

#include <atomic>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "identity/context.h"
#include "identity/digest_hash.h"
#include "identity/rights.h"
#include "identity/types.h"
#include "identity/users.h"
#include "storage/session_rows.h"

namespace strongroom::identity {

struct SessionLimits {
  Milliseconds idle = std::chrono::minutes(30);  // between two requests
  Milliseconds whole = std::chrono::hours(12);   // since the sign-in
};

// How a session begins.
struct SessionStart {
  std::string_view reason = {};          // a literal: how they signed in; empty: with a password
  Uuid sign_on_provider = {};            // that vouched for them; nil: nobody did
  SignOnAccountId sign_on_account = {};  // theirs there; nil as well
  bool stepped_up = true;                // they showed all that they have to show
};

// What ends sessions; the text of the audit event.
inline constexpr std::string_view kSignedOut = "signed_out";
inline constexpr std::string_view kSignedInAnew = "signed_in_anew";
inline constexpr std::string_view kPasswordChangedReason = "password_changed";
inline constexpr std::string_view kPasswordResetReason = "password_reset";

// Who is behind a request: somebody, or a page that asks by itself while nobody is there.
enum class AskedBy : std::uint8_t { kPerson, kPage };

// Safe to use from any thread; what takes a transaction belongs on the writer's thread.
// Errors, beside their own: kUnavailable (storage), kCorrupt.
class Sessions {
 public:
  // `users` and `rights`, which are loaded first, and everything in `context` must outlive this.
  Sessions(const Context& context, const Users& users, const Rights& rights,
           SessionLimits limits = {});

  // Reads those that are there. A row whose MAC does not fit is logged and works for nobody.
  // Blocks.
  Status load();

  // Whose session the cookie's value is, if it lives, with the rights of now. Of a person it counts
  // as a request of that session; a page that nobody touches does not keep it alive.
  std::optional<SignedIn> find(std::string_view cookie, AskedBy asked_by = AskedBy::kPerson) const;
  // Who that is now: a session that was found before, if it would be again.
  std::optional<SignedIn> again(const SignedIn& signed_in) const;
  std::optional<SessionInfo> info(SessionId id) const;
  // The sessions of a user that live, the newest first.
  std::vector<SessionInfo> of(UserId user) const;

  // What a change must show beside the cookie: only who can read our answers knows it, and it tells
  // nothing of the cookie.
  static std::string csrf_token(std::string_view cookie);
  static bool csrf_token_fits(std::string_view cookie, std::string_view token);

  // A new session for `user`, who is `asker`; it lives once `tx` is committed.
  Result<NewSession> start(storage::Transaction& tx, const Asker& asker, const User& user,
                           const SessionStart& how = {});
  // How long after somebody showed who they are they may do what needs it (api/need.h). Held in
  // memory alone: after a restart they show it again.
  static constexpr Milliseconds kSteppedUp = std::chrono::minutes(10);
  // Its user showed it again, as is recorded with `tx`. A session that is gone is no error.
  Status step_up(storage::Transaction& tx, const Asker& asker, SessionId id);
  // The same while nothing can be written down, but for the log: so that what only takes rights
  // away can be done even then.
  void step_up_unwritten(SessionId id);
  // `reason` is a literal. Ending a session that is gone is no error.
  Status end(storage::Transaction& tx, const Asker& asker, SessionId id, std::string_view reason);
  // Those of `user` that began with that account.
  Status end_of_account(storage::Transaction& tx, const Asker& asker, UserId user,
                        SignOnAccountId account, std::string_view reason);
  Status end_all(storage::Transaction& tx, const Asker& asker, UserId user,
                 std::string_view reason);

  // Writes down when each was seen last, and ends those whose time is over. To be called once a
  // minute, and when the program stops. Blocks.
  Status write_back();

  const SessionLimits& limits() const { return limits_; }
  std::size_t live_count() const;

 private:
  struct Moment {
    WallTime wall;
    BootTime boot;
  };
  struct Live {
    Live(const SignedIn& signed_in, const storage::SessionRow& row, const Deadline& ends,
         const Moment& seen);

    SignedIn who;
    WallTime created_at;
    Uuid sign_on_account;   // nil: began with a password
    Uuid sign_on_provider;  // nil as well
    Deadline end;
    Deadline stepped_up{};  // long past: it is not
    // When it was seen last, in milliseconds of both clocks, and what of that is in the database.
    // They move while others read.
    mutable std::atomic<std::int64_t> seen_wall;
    mutable std::atomic<std::int64_t> seen_boot;
    mutable std::atomic<std::int64_t> written;
  };

  Moment now() const { return {context_.clock.now(), context_.clock.boot_now()}; }
  Deadline idle_end(const Live& live) const;
  bool is_over(const Live& live, const Moment& now) const;
  SessionInfo to_info(const Live& live, const User& user) const;
  storage::SessionRow to_row(const crypto::Sha256Digest& hash, const Live& live) const;
  SignedIn now_of(const Live& live, const Moment& now) const;
  bool is_stepped_up(const Live& live, const Moment& now) const;
  void put(const storage::SessionRow& row, const User& user);
  void set_stepped_up(SessionId id);
  void forget(SessionId id);
  Status remove(storage::Transaction& tx, const Asker& asker, const storage::SessionRow& row,
                std::string_view reason);
  Status touch(storage::Transaction& tx, storage::SessionRow& row) const;

  Context context_;
  const Users& users_;
  const Rights& rights_;
  const SessionLimits limits_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<crypto::Sha256Digest, Live, DigestHash> live_;
  std::unordered_map<SessionId, crypto::Sha256Digest, UuidHash> hashes_;
};

}  // namespace strongroom::identity
