#pragma once
// Having somebody sign in at a provider for a client: the link, and the way to the provider.
// What comes back is for vault/sign_ins.h.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/authorization_request.h"
#include "vault/actor.h"
#include "vault/authorization.h"
#include "vault/context.h"
#include "vault/sign_in_parties.h"
#include "vault/sign_in_way.h"

namespace strongroom::vault {

// A browser that leaves for the provider.
struct Departure {
  AuthorizationId id;
  oauth::AuthorizationUrl address;
  BrowserBinding binding;  // for a cookie of this browser
};

// Who opened the link, as far as that is known.
struct Opener {
  Uuid user = {};  // signed in to the console in that browser; nil: nobody
  std::string request_id = {};
  std::string peer = {};
};

// Worker threads only. Errors common to those with an actor: kPermissionDenied, kNotFound.
class Authorizations {
 public:
  explicit Authorizations(Context& context) : context_(context) {}

  // Whatever waited for this client before is cancelled. Needs kRetrieve.
  // Errors: as check_can_sign_in(); kUnavailable "audit_unavailable".
  Result<NewAuthorization> start(const Actor& actor, OAuthClientId client);
  Result<Authorization> get(const Actor& actor, AuthorizationId id);
  // Those that wait for somebody: of one client, whatever they wait for; or, of all clients, those
  // whose account has to be confirmed. At most kMostShown, the newest first. Needs kView.
  static constexpr std::size_t kMostShown = 100;
  Result<std::vector<Authorization>> waiting(const Actor& actor,
                                             std::optional<OAuthClientId> client);
  // Needs kRetrieve. One that is over stays what it is.
  Status cancel(const Actor& actor, AuthorizationId id);

  // What the page behind the link says; nothing is used up. Errors: kNotFound: no such link, or it
  // was used or has expired.
  Result<ConnectPage> look(std::string_view ticket);
  // Whom the link is about, and where its way leads. Nothing is used up. Errors: kNotFound as
  // above.
  Result<SignInParties> parties_behind(std::string_view ticket);
  // Continue was pressed, and the way was found: the link is used up. Errors: kNotFound as above;
  // kConflict "settings_changed": it was found before the settings were changed.
  Result<Departure> leave(std::string_view ticket, SignInWay way, const Opener& opener);
  // The one that was begun with this link: for what is typed on its page. Errors: kNotFound.
  Result<AuthorizationId> started_with(std::string_view ticket);
  // What the last page says. The account's name only to the browser that has `binding`.
  Result<SignInOutcome> outcome(AuthorizationId id, std::string_view binding);

  // Ends what nobody went on with, and forgets what is over for a day.
  Status purge();

 private:
  Context& context_;
};

// The failure with this cause, of a sign-in or of a token request.
std::optional<OAuthClientFailure> sign_in_failure(const std::string& cause, WallTime at);

}  // namespace strongroom::vault
