#pragma once
// The settings of single sign-on: at which OpenID providers people sign in to the console.
//
// Whoever can enter an issuer can be whomever it says, so settings are changed only by somebody who
// has all that could be reached by them already.

#include <map>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "identity/context.h"
#include "identity/groups.h"
#include "identity/rights.h"
#include "identity/sign_on_issuers.h"
#include "identity/sign_on_provider.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::identity {

// Safe to use from any thread; what changes something blocks, and waits for the issuer. Errors,
// beside their own: kUnavailable (storage), "audit_unavailable"; kPermissionDenied without
// kManageUsers everywhere; kNotFound.
class SignOnProviders {
 public:
  // All of them, and everything in `context`, must outlive this. load() before anything else.
  struct Parts {
    const Users& users;
    const Groups& groups;
    const Rights& rights;
    SignOnIssuers& issuers;
  };
  SignOnProviders(const Context& context, crypto::Sealer& sealer, const Parts& parts)
      : context_(context), sealer_(sealer), parts_(parts) {}

  static constexpr std::size_t kMost = 20;

  // Reads them. A row whose MAC does not fit is logged, and nobody signs in by it. Blocks.
  Status load();

  std::optional<SignOnProvider> find(SignOnProviderId id) const;
  std::vector<SignOnProvider> all() const;  // as they were entered, the oldest first

  // Errors: as checked() and SignOnIssuers::read(); kInvalidArgument at /client_secret; kConflict
  // "too_many"; kPermissionDenied, what could be reached by it is more than the asker has.
  Result<SignOnProvider> create(const Asker& asker, SignOnSettings settings,
                                const oauth::ConsumerSecret& secret);
  // Replaces all settings; the issuer is read again. `secret` nullptr: it stays. Errors: as
  // create(); kPreconditionFailed; kInvalidArgument at /client_secret: it was entered for somewhere
  // else (invariant 5).
  Result<SignOnProvider> update(const Asker& asker, SignOnProviderId id, std::int64_t expected,
                                SignOnSettings settings, const oauth::ConsumerSecret* secret);
  // Which account is which user stays known, for settings that come later.
  Status remove(const Asker& asker, SignOnProviderId id);
  // Seals the secrets anew that were sealed with the server's key `old`.
  Status reseal(const crypto::KeyId& old);
  // Asks the issuer now. Changes nothing.
  Result<SignOnCheck> test(const Asker& asker, SignOnProviderId id);

  // Errors: kNotFound, kCorrupt.
  Result<oauth::ConsumerSecret> secret_of(SignOnProviderId id) const;

 private:
  Status need_all_within_reach(const Asker& asker, const SignOnSettings& settings) const;
  Status seal(const oauth::ConsumerSecret& secret, storage::SignOnProviderRow& row);
  void put(const storage::SignOnProviderRow& row, const SignOnProvider& provider);

  struct Held {
    storage::SignOnProviderRow row;
    SignOnProvider provider;
  };

  Context context_;
  crypto::Sealer& sealer_;
  Parts parts_;
  mutable std::shared_mutex mutex_;
  std::map<SignOnProviderId, Held> held_;
};

}  // namespace strongroom::identity
