#pragma once
// Making, changing, disabling and deleting the people who can sign in.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/password_hash.h"
#include "identity/api_keys.h"
#include "identity/calendar_feeds.h"
#include "identity/groups.h"
#include "identity/rights.h"
#include "identity/sessions.h"
#include "identity/users.h"

namespace strongroom::identity {

// What ends sessions; the text of the audit event.
inline constexpr std::string_view kUserDisabledReason = "user_disabled";
inline constexpr std::string_view kUserDeletedReason = "user_deleted";
inline constexpr std::string_view kEndedByPerson = "ended_by_person";

// What is not named stays as it is.
struct UserFields {
  std::optional<std::string> name = {};
  std::optional<std::string> full_name = {};
  std::optional<std::string> email = {};
  std::optional<bool> disabled = {};
};

struct NewUser {
  User user;
  std::optional<crypto::Password> password;  // good for one sign-in, after which it must be changed
};

// Safe to use from any thread; all of it blocks. Errors, beside their own: kUnavailable (storage),
// "audit_unavailable"; kPermissionDenied without kManageUsers; kNotFound.
class UserAccounts {
 public:
  // All of them, and everything in `context`, must outlive this.
  struct Parts {
    Users& users;
    Groups& groups;
    const Rights& rights;
    Sessions& sessions;
    ApiKeys& api_keys;
    CalendarFeeds& calendar_feeds;
  };
  UserAccounts(const Context& context, Parts parts) : context_(context), parts_(parts) {}

  // By name.
  std::vector<User> all() const { return parts_.users.all(); }

  // Without a password the user signs in by single sign-on alone, or not at all. Errors:
  // kInvalidArgument at /name, /full_name, /email; kConflict "duplicate" at /name.
  Result<NewUser> create(const Asker& asker, const UserFields& fields, bool with_password);
  // Whoever is disabled is out once this returned: sessions end, API keys are revoked, and so is
  // the address of their calendar. Errors: as create(); kConflict "last_administrator".
  Result<User> update(const Asker& asker, UserId id, const UserFields& fields);
  // With sessions, API keys and the address of their calendar. Errors: kConflict
  // "last_administrator".
  Status remove(const Asker& asker, UserId id);
  // A password that is good for one sign-in. Who can reset it could sign in as the user, so the
  // asker needs all that the user may do.
  Result<crypto::Password> reset_password(const Asker& asker, UserId id);
  // Ends one session of a user, or all of them. One's own need no permission.
  Status end_session(const Asker& asker, UserId id, SessionId session);
  Status end_sessions(const Asker& asker, UserId id);

 private:
  Result<storage::UserRow> set_fields(storage::UserRow row, const UserFields& fields) const;
  Status shut_out(storage::Transaction& tx, const Asker& asker, UserId id, std::string_view reason);

  Context context_;
  Parts parts_;
};

}  // namespace strongroom::identity
