#pragma once
// What comes back when somebody signed in at a provider: the callback, the verifier that is typed,
// and the asker's yes.
//
// flow taken, whatever happens next -> same browser? same callback? same settings? same issuer? ->
// intent in the journal -> code traded in, no transaction open -> answer in the journal -> ID token
// -> tokens stored, or held until the asker confirms the account; while the store fails they wait
// in memory for half a minute, because no code can be traded in twice

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/authorization_response.h"
#include "oauth/id_token.h"
#include "oauth/oauth1_callback.h"
#include "oauth/password_grant.h"
#include "oauth/sign_in_causes.h"
#include "oauth/token_client.h"
#include "vault/actor.h"
#include "vault/authorization.h"
#include "vault/authorizations.h"
#include "vault/context.h"
#include "vault/issuer_keys.h"
#include "vault/journal.h"
#include "vault/password_tries.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {

class DeviceSignIns;

// A browser that comes back.
struct CallbackRequest {
  std::string_view query;  // of the address, without '?'; valid during the call
  std::string_view path;   // "/OAuthCallback/{id}", or the plain one
  // The value of this browser's cookie for an authorization; empty: it has none. Called during the
  // call only.
  std::function<std::string_view(AuthorizationId)> binding;
  std::string request_id = {};
  std::string peer = {};
};

// To whoever brings an answer that nobody here waits for.
Error not_started_here();

// Safe to use from any thread; what blocks runs on workers.
class SignIns {
 public:
  // Everything must outlive it. `workers` takes what providers answer; false only when the server
  // stops.
  SignIns(Context& context, oauth::TokenClient& token_client, IssuerKeys& keys, Journal& journal,
          std::function<std::string()> public_url, Executor workers);
  ~SignIns();
  SignIns(const SignIns&) = delete;
  SignIns& operator=(const SignIns&) = delete;

  // Those in which a code is typed in at the provider, and no browser comes back.
  DeviceSignIns& devices() { return *devices_; }

  // On a worker. `done` is called once, on a worker: with the authorization that it was for,
  // whatever became of it; its outcome says that.
  // Errors: kInvalidArgument, this is no answer to anything that was started here.
  using Done = UniqueFunction<void(Result<AuthorizationId>)>;
  void finish(const CallbackRequest& callback, Done done);

  // On a worker. What the provider showed to whoever pressed Continue: a code, or the address at
  // which the browser ended. Needs kRetrieve, or the browser's binding where there is no actor.
  // Errors: kInvalidArgument at "/verifier": it is none of this sign-in, or the provider does not
  // take it; kConflict "not_out_of_band", "authorization_over"; kRateLimited after
  // kMaxVerifierAttempts; kPermissionDenied.
  void enter_verifier(const Actor* actor, AuthorizationId id, std::string_view binding,
                      std::string_view verifier, Done done);

  // On a worker. Trades what somebody typed in for tokens, with one request, at once, where the
  // target system's grant is the password (RFC 6749 section 4.3): the password is in that request
  // and nowhere else, and never sent again. Needs kRetrieve. `done` as of finish().
  // `shown_endpoint`: where whoever typed it was told that it goes: no settings that were changed
  // meanwhile send it elsewhere.
  // Errors: as check_can_sign_in() and oauth::check_account(); kConflict "no_password_grant", it is
  // of another grant; "destination_changed", it would go elsewhere than was shown; kRateLimited
  // "too_many_attempts"; kUnavailable "audit_unavailable".
  void sign_in_with_password(const Actor& actor, OAuthClientId client,
                             std::string_view shown_endpoint, std::string username,
                             oauth::AccountPassword password, Done done);

  // On a worker. The asker says that this account is the right one: its tokens are the client's
  // now. Errors: kConflict "nothing_to_confirm"; kPermissionDenied: another asked.
  Status confirm(const Actor& actor, AuthorizationId id);

  // Tries again to store what sign-ins brought while the store failed, where that is due; workers
  // do it. Never blocks.
  void store_again();

  // For what the journal left at a start: the code of this authorization was sent, and nobody knows
  // what came of it. What came of polling for a device is stored after all.
  Status settle(const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer);
  // At a start: ends all of which the process that ran before did not see the end.
  Status give_up_unfinished();

  // For DeviceSignIns. The answer with tokens is in attempt->answer, and in the journal.
  struct Attempt;
  void accept(std::shared_ptr<Attempt> attempt);
  Status fail(Attempt& attempt, std::string_view cause);

 private:
  std::shared_ptr<Attempt> come_back(const CallbackRequest& callback, const std::string& state_hash,
                                     Done done);
  void finish_signed(const CallbackRequest& callback, oauth::Oauth1Callback answer, Done done);
  Status begin_with_password(const Actor& actor, OAuthClientId client,
                             std::string_view shown_endpoint, Attempt& attempt);
  Status put_begun(const Actor& actor, Attempt& attempt);
  Result<TokenRequests> plan_of(const Attempt& attempt);
  bool signs_again(Attempt& attempt, const oauth::TokenFailure& failure);
  static bool take_typed_code(Attempt& attempt, const std::string& state_hash,
                              std::string_view text);
  static bool take_typed_verifier(Attempt& attempt, std::string_view text);
  void exchange(std::shared_ptr<Attempt> attempt);
  void exchange_in_turn(std::shared_ptr<Attempt> attempt);
  void send(std::shared_ptr<Attempt> attempt);
  void received(std::shared_ptr<Attempt> attempt, oauth::RawResult raw);
  void ask_again(Attempt& attempt);
  void granted(std::shared_ptr<Attempt> attempt);
  void conclude(const std::shared_ptr<Attempt>& attempt, std::string_view cause);
  bool is_tried_again(const Attempt& attempt, const Error& why);
  void wait_for_store(std::shared_ptr<Attempt> attempt);
  Result<std::optional<BoundAccount>> read_account(const Attempt& attempt,
                                                   const oauth::TokenSet& tokens);
  Status keep(Attempt& attempt, oauth::TokenSet tokens, const std::optional<BoundAccount>& account);
  Status keep_held(Attempt& attempt);
  void give_back(const Attempt& attempt);
  Status hold(Attempt& attempt, const std::optional<BoundAccount>& account,
              ConfirmationReason reason);
  Status end_with(AuthorizationId id, std::string_view cause);

  Context& context_;
  oauth::TokenClient& token_client_;
  IssuerKeys& keys_;
  Journal& journal_;
  std::function<std::string()> public_url_;
  const Executor workers_;
  Guarded<std::vector<std::shared_ptr<Attempt>>> waiting_;  // for the store
  std::unique_ptr<DeviceSignIns> devices_;
  PasswordTries password_tries_;
};

}  // namespace strongroom::vault
