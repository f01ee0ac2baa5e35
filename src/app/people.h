#pragma once
// Everything of identity, put together: the same for the server and for the commands that work
// without it.

#include <optional>

#include "app/config.h"
#include "app/initial_password.h"
#include "identity/api_keys.h"
#include "identity/breached_passwords.h"
#include "identity/calendar_feeds.h"
#include "identity/context.h"
#include "identity/second_factors.h"
#include "identity/sessions.h"
#include "identity/sign_in.h"
#include "identity/terminal_sign_ins.h"
#include "identity/user_accounts.h"
#include "identity/users.h"

namespace strongroom::app {

// The list of passwords that nobody may choose; nullopt: the configuration names none. Errors: as
// BreachedPasswords::open().
Result<std::optional<identity::BreachedPasswords>> read_breached_passwords(const Config& config);

// Safe to use from any thread once it is loaded.
class People {
 public:
  // All of `context` must outlive this.
  // `sealer`: that of `context`.
  People(const identity::Context& context, crypto::Sealer& sealer, identity::SessionLimits limits,
         identity::ApiKeyPolicy api_key_policy, InitialPassword initial_password,
         std::optional<identity::BreachedPasswords> breached = {});

  // Reads what is stored; with `make_first`, makes the first administrator where nobody is known
  // yet. Errors: as of what it loads; kUnavailable, the password could not be written to its file.
  Status load(bool make_first);

  identity::Users& users() { return users_; }
  identity::Roles& roles() { return roles_; }
  identity::Groups& groups() { return groups_; }
  const identity::Rights& rights() const { return rights_; }
  identity::UserAccounts& user_accounts() { return user_accounts_; }
  identity::ApiKeys& api_keys() { return api_keys_; }
  identity::CalendarFeeds& calendar_feeds() { return calendar_feeds_; }
  identity::Sessions& sessions() { return sessions_; }
  identity::SecondFactors& second_factors() { return second_factors_; }
  identity::SignIn& sign_in() { return sign_in_; }
  identity::TerminalSignIns& terminal_sign_ins() { return terminal_sign_ins_; }
  // Writes into the trail that somebody on the server's host made a backup of this name.
  Status note_backup(const std::string& name);
  const InitialPassword& initial_password() const { return initial_password_; }

 private:
  void forget_initial_password();

  const identity::Context context_;
  Log& log_;
  const InitialPassword initial_password_;
  identity::Users users_;
  identity::Roles roles_;
  identity::Groups groups_;
  const identity::Rights rights_;
  identity::ApiKeys api_keys_;
  identity::CalendarFeeds calendar_feeds_;
  identity::Sessions sessions_;
  identity::UserAccounts user_accounts_;
  identity::SecondFactors second_factors_;
  const std::optional<identity::BreachedPasswords> breached_;
  identity::SignIn sign_in_;
  identity::TerminalSignIns terminal_sign_ins_;
};

}  // namespace strongroom::app
