#pragma once
// Continue was pressed: the browser leaves for the provider, at once, or once the provider has said
// what to leave with: temporary credentials where requests are signed (OAuth 1.0a), a reference
// where they are pushed (RFC 9126).

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/token_client.h"
#include "vault/authorizations.h"
#include "vault/context.h"

namespace strongroom::vault {

// Safe to use from any thread.
class Departures {
 public:
  // Everything must outlive it. `workers` takes what providers answer; false only when the server
  // stops.
  Departures(Context& context, Authorizations& authorizations, oauth::TokenClient& token_client,
             std::function<std::string()> public_url, Executor workers)
      : context_(context),
        authorizations_(authorizations),
        token_client_(token_client),
        public_url_(std::move(public_url)),
        workers_(std::move(workers)) {}

  // On a worker. `done` is called once, on a worker. Until it is called with a departure the link
  // is not used up: whoever was refused by the provider may press again.
  //
  // Errors: as Authorizations::parties_behind() and leave(), check_can_sign_in(). Of what the
  // provider is asked: as build_temporary_requests() and find_way(); as oauth::as_error() of what
  // it answered; kUnavailable "overloaded".
  using Done = UniqueFunction<void(Result<Departure>)>;
  void depart(std::string_view ticket, const Opener& opener, Done done);

 private:
  struct Asking;

  void ask(std::shared_ptr<Asking> asking);
  Status prepare(Asking& asking);
  void send(std::shared_ptr<Asking> asking);
  void answered(std::shared_ptr<Asking> asking, oauth::RawResult raw);
  void leave(Asking& asking, oauth::Oauth1Credentials temporary);
  void pushed(std::shared_ptr<Asking> asking, const oauth::RawResult& raw);

  Context& context_;
  Authorizations& authorizations_;
  oauth::TokenClient& token_client_;
  std::function<std::string()> public_url_;
  const Executor workers_;
  Guarded<std::set<std::string>> leaving_;  // hashes of links whose provider is being asked
};

}  // namespace strongroom::vault
