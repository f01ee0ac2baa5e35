#pragma once
// Somebody presses Continue, where nothing is asked of the provider before their browser leaves.

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "vault/authorizations.h"
#include "vault/callback_url.h"
#include "vault/context.h"
#include "vault/sign_in_way.h"

namespace strongroom::vault {

// As Departures::depart(), and at once. Of a server that people reach at https://vault.example.
inline Result<Departure> depart(Context& context, Authorizations& authorizations,
                                std::string_view ticket, const Opener& opener) {
  STRONGROOM_TRY(const SignInParties parties, authorizations.parties_behind(ticket));
  STRONGROOM_TRY(FoundWay found,
                 find_way(context, parties, callback_url("https://vault.example", parties.system)));
  return authorizations.leave(ticket, std::move(found.way), opener);
}

}  // namespace strongroom::vault
