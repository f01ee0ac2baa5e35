#include "vault/account_check.h"

#include "base/unicode.h"

namespace strongroom::vault {

std::optional<ConfirmationReason> reason_to_confirm(const SignedInParties& parties) {
  const bool is_same =
      parties.account && parties.previous && parties.account->is_same_as(*parties.previous);
  if (is_same) return std::nullopt;
  if (parties.previous) return ConfirmationReason::kOtherAccount;
  const bool expected_another =
      parties.account && !parties.expected_account.empty() &&
      name_key(parties.account->name) != name_key(parties.expected_account);
  if (expected_another) return ConfirmationReason::kNotExpectedAccount;
  const bool by_asker = !parties.opener.is_nil() && parties.opener == parties.asker;
  if (!by_asker) return ConfirmationReason::kOpenedByAnotherPerson;
  return std::nullopt;
}

}  // namespace strongroom::vault
