#pragma once
// Everything of single sign-on, put together.

#include <functional>
#include <string>

#include "app/people.h"
#include "identity/sign_on.h"
#include "identity/sign_on_accounts.h"
#include "identity/sign_on_issuers.h"
#include "identity/sign_on_providers.h"

namespace strongroom::app {

// Safe to use from any thread once it is loaded.
class SingleSignOn {
 public:
  // All of `context` and `network`, `sealer` and `people` must outlive this.
  SingleSignOn(const identity::Context& context, crypto::Sealer& sealer, People& people,
               const identity::SignOnNetwork& network, std::function<std::string()> public_url)
      : issuers_(network, context.clock, context.log),
        providers_(context, sealer, {people.users(), people.groups(), people.rights(), issuers_}),
        sign_on_(context, {people.users(), people.groups(), people.sessions(), providers_, issuers_,
                           network, std::move(public_url)}),
        accounts_(context, {people.users(), people.rights(), people.sessions(), providers_}) {}

  // Reads the settings. Errors: as SignOnProviders::load().
  Status load() { return providers_.load(); }

  identity::SignOnProviders& providers() { return providers_; }
  identity::SignOn& sign_on() { return sign_on_; }
  identity::SignOnAccounts& accounts() { return accounts_; }

 private:
  identity::SignOnIssuers issuers_;
  identity::SignOnProviders providers_;
  identity::SignOn sign_on_;
  identity::SignOnAccounts accounts_;
};

}  // namespace strongroom::app
