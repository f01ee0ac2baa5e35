#pragma once
// Which accounts of OpenID providers are a user: seen, linked by hand, and taken away again.

#include <string>
#include <vector>

#include "base/result.h"
#include "identity/context.h"
#include "identity/rights.h"
#include "identity/sessions.h"
#include "identity/sign_on_providers.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::identity {

// What ends sessions; the text of the audit event.
inline constexpr std::string_view kAccountUnlinkedReason = "account_unlinked";

struct SignOnAccount {
  SignOnAccountId id;
  UserId user;
  std::string issuer;
  std::string subject;  // what the issuer knows the person by (OpenID Connect Core section 2)
  WallTime created_at{};
};

// Safe to use from any thread; all of it blocks. Errors, beside their own: kUnavailable (storage),
// kCorrupt; kPermissionDenied without kManageUsers everywhere; kNotFound: the user, or the account.
class SignOnAccounts {
 public:
  // All of them, and everything in `context`, must outlive this.
  struct Parts {
    const Users& users;
    const Rights& rights;
    Sessions& sessions;
    const SignOnProviders& providers;
  };
  SignOnAccounts(const Context& context, const Parts& parts) : context_(context), parts_(parts) {}

  // The oldest first. One whose row was changed from outside is none.
  Result<std::vector<SignOnAccount>> list(const Asker& asker, UserId user);
  // Whoever has the account there is the user from now on, so the asker needs all that the user may
  // do. Errors: kInvalidArgument at /provider, /subject; kConflict "duplicate" at /subject: it is
  // somebody's already; kUnavailable "audit_unavailable".
  Result<SignOnAccount> link(const Asker& asker, UserId user, SignOnProviderId provider,
                             const std::string& subject);
  // Nobody is the user by that account once this returned: sessions that began with it have ended.
  // Works while the audit trail cannot be written.
  Status unlink(const Asker& asker, UserId user, SignOnAccountId account);

 private:
  Context context_;
  Parts parts_;
};

}  // namespace strongroom::identity
