#pragma once
// Signing in to the console by an OpenID provider: OpenID Connect Core section 3.1.
//
// flow taken, whatever happens next -> same browser? same settings? same issuer? -> code traded in,
// no transaction open -> ID token -> what it leaves out -> tx: which user, groups, session
//
// Tokens of the provider are thrown away: all that counts is who it was.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "base/secret.h"
#include "identity/context.h"
#include "identity/groups.h"
#include "identity/sessions.h"
#include "identity/sign_on_flows.h"
#include "identity/sign_on_issuers.h"
#include "identity/sign_on_providers.h"
#include "identity/sign_on_refusal.h"
#include "identity/users.h"
#include "oauth/authorization_request.h"
#include "oauth/authorization_response.h"

namespace strongroom::identity {

// How a session began, and that it began without the groups that were expected: texts of the audit
// event.
inline constexpr std::string_view kBySignOn = "single_sign_on";
inline constexpr std::string_view kBySignOnWithoutGroups = "single_sign_on_without_groups";

// Where the provider sends the browser back to, behind the server's public address.
inline constexpr std::string_view kSignOnCallback = "/sign-in/single-sign-on/callback";

using SignOnBinding = Secret<struct SignOnBindingKind>;

// A browser on its way to the provider.
struct SignOnDeparture {
  oauth::AuthorizationUrl address;
  std::string cookie;  // its name: one for each flow, so that two tabs are not in each other's way
  SignOnBinding binding;  // its value
};

// A browser that comes back.
struct SignOnReturn {
  std::string_view query;  // of the address, without '?'; valid during the call
  // The value of this browser's cookie with that name; empty: it has none.
  std::function<std::string_view(std::string_view name)> cookie;
  std::string_view replaced;  // what its session cookie says; that session ends
};

struct SignedOn {
  std::optional<NewSession> session;  // nullopt: the one that there is goes on
  std::string return_path = "/";      // where the browser goes
  // The provider was to say the groups, and did not: the user is in none by it.
  bool groups_missing = false;
};

// Safe to use from any thread; all of it blocks, and waits for the provider: for workers.
class SignOn {
 public:
  // All of them, and everything in `context`, must outlive this.
  struct Parts {
    Users& users;
    Groups& groups;
    Sessions& sessions;
    SignOnProviders& providers;
    SignOnIssuers& issuers;
    SignOnNetwork network;
    std::function<std::string()> public_url;
  };
  SignOn(const Context& context, Parts parts)
      : context_(context), parts_(std::move(parts)), flows_(context.clock) {}

  // `address`: of who asks. With `step_up` the provider is to ask the person again, and the session
  // is stepped up if it was its user (Sessions::kSteppedUp). Errors: kNotFound; kConflict
  // "issuer_moved"; as oauth::openid_authorization_url().
  Result<SignOnDeparture> start(SignOnProviderId id, const std::string& address,
                                std::optional<SignOnStepUp> step_up = {});

  // A new session, or one that is stepped up. `asker` says from where, not who.
  tl::expected<SignedOn, SignOnRefusal> finish(const Asker& asker, const SignOnReturn& back);

  // What a provider has to know of us.
  std::string redirect_uri() const { return parts_.public_url() + std::string(kSignOnCallback); }

 private:
  template <class T>
  using Or = tl::expected<T, SignOnRefusal>;

  Or<oauth::IdToken> identify(const SignOnFlow& flow, const SignOnProvider& provider,
                              const oauth::AuthorizationCode& code);
  Or<oauth::IdToken> complete(const SignOnFlow& flow, const SignOnProvider& provider,
                              const oauth::AccessToken& access_token, oauth::IdToken token);
  Or<oauth::TokenSet> trade_in(const SignOnFlow& flow, const SignOnProvider& provider,
                               const oauth::AuthorizationCode& code);
  Or<SignedOn> let_in(const Asker& asker, const SignOnProvider& provider,
                      const oauth::IdToken& token, std::string_view replaced);
  Or<SignedOn> renew(const Asker& asker, const SignOnFlow& flow, const oauth::IdToken& token,
                     std::string_view cookie);
  // Who somebody is here, and by which account.
  struct Linked {
    User user;
    SignOnAccountId account;
  };
  Result<Or<Linked>> find_or_link(storage::Transaction& tx, const Asker& asker,
                                  const SignOnProvider& provider, const oauth::IdToken& token);
  Result<Or<Linked>> link(storage::Transaction& tx, const Asker& asker,
                          const SignOnProvider& provider, const oauth::IdToken& token);
  Result<User> make_user(storage::Transaction& tx, const Asker& asker,
                         const SignOnProvider& provider, const std::string& name,
                         std::string_view claims);
  Result<SignedOn> begin_session(storage::Transaction& tx, const Asker& asker, const Linked& who,
                                 const SignOnProvider& provider, const oauth::IdToken& token);
  void refused(const Asker& asker, const SignOnProvider& provider, const oauth::IdToken& token,
               SignOnRefusal refusal);

  Context context_;
  Parts parts_;
  SignOnFlows flows_;
};

}  // namespace strongroom::identity
