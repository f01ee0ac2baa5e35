#pragma once
// Whether the account that signed in may be taken without asking anybody. A pure function.

#include <optional>
#include <string>

#include "base/uuid.h"
#include "vault/authorization.h"

namespace strongroom::vault {

struct SignedInParties {
  std::optional<BoundAccount> account;   // nullopt: the provider does not say
  std::optional<BoundAccount> previous;  // whom the client has; nullopt: nobody, or not known
  std::string expected_account;          // empty: any
  Uuid asker;
  Uuid opener;  // nil: nobody was signed in to the console in that browser
};

// nullopt: it may. Accounts are the same by issuer, subject and tenant. Names are
// compared only to ask: one that fits gives nothing.
std::optional<ConfirmationReason> reason_to_confirm(const SignedInParties& parties);

}  // namespace strongroom::vault
