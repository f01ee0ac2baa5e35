#pragma once
// Signing in with a name and a password, and changing or losing the password.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "crypto/password_hash.h"
#include "identity/sessions.h"
#include "identity/sign_in_throttle.h"
#include "identity/users.h"

namespace strongroom::identity {

struct SignInCounters {
  std::uint64_t signed_in = 0;
  std::uint64_t refused = 0;    // wrong name or password
  std::uint64_t throttled = 0;  // not even looked at
};

// Safe to use from any thread. Everything here blocks, for about a tenth of a second of work where
// a password is checked, and belongs on a worker. Errors, beside their own: kUnavailable: storage;
// "audit_unavailable"; "overloaded", too many passwords are being checked at once.
class SignIn {
 public:
  // Called after a user's password was changed or reset.
  using PasswordSet = std::function<void(const User&)>;

  // `users`, `sessions` and everything in `context` must outlive this.
  SignIn(const Context& context, Users& users, Sessions& sessions, PasswordSet password_set = {});

  // A new session; `replaced`, what the caller's cookie said, ends. `asker` says from where, not
  // who. Errors: kUnauthenticated "wrong_credentials", the same whatever is wrong; kRateLimited
  // "too_many_attempts".
  Result<NewSession> sign_in(const Asker& asker, std::string_view name, std::string_view password,
                             std::string_view replaced);

  // A new session in the place of all that the user has. Errors: kInvalidArgument at
  // /current_password, it is wrong, or at /new_password, see check_new_password(); kRateLimited
  // "too_many_attempts"; kNotFound.
  struct Change {
    std::string_view current_password;
    std::string_view new_password;
  };
  Result<NewSession> change_password(const Asker& asker, const Change& change);

  // A password that is good for one sign-in, after which it must be changed. The user's sessions
  // end. Without `permissions` the user's stay; `admin` gets all as long as it had no password.
  // For the server's own host. Errors: kNotFound.
  Result<crypto::Password> reset_password(const Asker& asker, std::string_view name,
                                          std::optional<Permissions> permissions);

  // After this returned, the session opens nothing. Works while the audit trail cannot be written.
  Status sign_out(const Asker& asker, SessionId session);

  SignInCounters counters() const;

 private:
  Result<Users::Checked> check(std::string_view name, std::string_view password,
                               std::string_view address);
  Result<NewSession> begin_session(const Asker& asker, const Users::Checked& user,
                                   std::string_view hash, std::string_view replaced);
  Status need_audit() const;
  void refused(std::string_view address);
  audit::Event event(const Asker& asker, audit::Action action, const User& user) const;

  Context context_;
  Users& users_;
  Sessions& sessions_;
  const PasswordSet password_set_;
  SignInThrottle throttle_;
  std::atomic<int> checking_{0};
  std::atomic<std::uint64_t> signed_in_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> logged_at_{0};  // boot time, milliseconds
};

}  // namespace strongroom::identity
