#pragma once
// Signing in with a name and a password, and a code where the user has a second factor; showing
// both again; changing or losing the password.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "crypto/password_hash.h"
#include "identity/breached_passwords.h"
#include "identity/second_factors.h"
#include "identity/sessions.h"
#include "identity/sign_in_throttle.h"
#include "identity/users.h"

namespace strongroom::identity {

struct SignInCounters {
  std::uint64_t signed_in = 0;
  std::uint64_t refused = 0;    // wrong name, password or code
  std::uint64_t throttled = 0;  // not even looked at
};

// Safe to use from any thread. Everything here blocks, for about a tenth of a second of work where
// a password is checked, and belongs on a worker. Errors, beside their own: kUnavailable: storage;
// "audit_unavailable"; "overloaded", too many passwords are being checked at once.
class SignIn {
 public:
  // Called after a user's password was changed or reset.
  using PasswordSet = std::function<void(const User&)>;

  // All of them, and everything in `context`, must outlive this.
  struct Parts {
    Users& users;
    Sessions& sessions;
    SecondFactors& second_factors;
    const BreachedPasswords* breached = nullptr;  // nullptr: there is no list of them
  };
  SignIn(const Context& context, const Parts& parts, PasswordSet password_set = {});

  // A new session; `replaced`, what the caller's cookie said, ends. `asker` says from where, not
  // who. `code`: of the user's second factor; counts for nothing where there is none. Errors:
  // kUnauthenticated "wrong_credentials", the same whether name or password is wrong, at /code
  // where these were right and that was not, or "second_factor_required", they were right and there
  // is none; kRateLimited "too_many_attempts".
  Result<NewSession> sign_in(const Asker& asker, std::string_view name, std::string_view password,
                             std::string_view replaced, std::string_view code = {});

  // Whoever has that session shows again who they are, for Sessions::kSteppedUp. Works while the
  // audit trail cannot be written, with an app's code. Errors: as sign_in(); kConflict
  // "sign_on_again", the session began with single sign-on, and goes on by it alone; kNotFound.
  struct Shown {
    std::string_view password;
    std::string_view code;
  };
  Status step_up(const Asker& asker, SessionId session, const Shown& shown);

  // A new session in the place of all that the user has. Errors: kInvalidArgument at
  // /current_password, it is wrong, or at /new_password, see check_new_password(), or it is in the
  // list of breached ones; kRateLimited
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
  struct Attempt {
    std::string_view hash;  // of the same password at today's cost; empty: as it is
    std::string_view replaced;
    std::string_view code;
  };
  Result<NewSession> begin_session(const Asker& asker, const Users::Checked& user,
                                   const Attempt& attempt);
  Status need_code(const User& user, std::string_view code, std::string_view address);
  Status settle_attempt(const Asker& asker, const User& user, Status status);
  Status take_step_up(const Asker& asker, const User& user, SessionId session,
                      std::string_view code);
  Status need_audit() const;
  void refused(std::string_view address);
  audit::Event event(const Asker& asker, audit::Action action, const User& user) const;

  Context context_;
  Users& users_;
  Sessions& sessions_;
  SecondFactors& second_factors_;
  const BreachedPasswords* const breached_;
  const PasswordSet password_set_;
  SignInThrottle throttle_;
  std::atomic<int> checking_{0};
  std::atomic<std::uint64_t> signed_in_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> logged_at_{0};  // boot time, milliseconds
};

}  // namespace strongroom::identity
