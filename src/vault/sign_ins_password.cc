// Signing in with the user name and password of an account at the provider: RFC 6749 section 4.3,
// for entries that are marked legacy.

#include <array>
#include <memory>
#include <utility>

#include "catalogue/settings.h"
#include "crypto/encoding.h"
#include "crypto/uuid.h"
#include "oauth/authorization_request.h"
#include "storage/authorization_rows.h"
#include "vault/callback_url.h"
#include "vault/destination.h"
#include "vault/lookup_index.h"
#include "vault/reach.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;
using storage::Transaction;

// In the place of a link's: there is none that could be opened.
std::string hash_of_no_ticket(crypto::Random& random) {
  std::array<std::byte, 32> bytes{};
  random.fill(bytes);
  return hash_of(crypto::base64url(bytes));
}

Status check_takes_passwords(const SignInParties& parties) {
  if (parties.system.grant == GrantFlow::kPassword) return {};
  return Error{Code::kConflict,
               "For this client nobody enters a password here: they sign in at the service "
               "provider.",
               {},
               "no_password_grant"};
}

}  // namespace

void SignIns::sign_in_with_password(const Actor& actor, OAuthClientId client,
                                    std::string_view shown_endpoint, std::string username,
                                    oauth::AccountPassword password, Done done) {
  if (const Status fits = oauth::check_account(username, password); !fits) {
    return done(fits.error());
  }
  auto attempt = std::make_shared<Attempt>();
  attempt->username = std::move(username);
  attempt->password = std::move(password);
  attempt->opener = actor;
  const Status begun = begin_with_password(actor, client, shown_endpoint, *attempt);
  if (!begun) return done(begun.error());
  attempt->done = std::move(done);
  exchange(std::move(attempt));
}

// Everything that the answer is compared with, as of now.
Status SignIns::begin_with_password(const Actor& actor, OAuthClientId client,
                                    std::string_view shown_endpoint, Attempt& attempt) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  STRONGROOM_CHECK(need_writable_audit(context_));
  SignInParties& parties = attempt.parties;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kRetrieve, client));
    STRONGROOM_TRY(parties, read_sign_in_parties(context_, snapshot, client));
    STRONGROOM_TRY(attempt.details.asker_name, name_of_user(snapshot, actor.id));
    return {};
  });
  if (!was_read) return was_read;
  STRONGROOM_CHECK(check_can_sign_in(parties));
  STRONGROOM_CHECK(check_takes_passwords(parties));
  const TargetSystem& system = parties.system;
  if (shown_endpoint != system.token_endpoint) {
    return Error{Code::kConflict,
                 "The password would go to another address than the one that you were shown: look "
                 "at the target system's token endpoint, and decide anew.",
                 {},
                 "destination_changed"}
        .at("/token_endpoint");
  }
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, system));
  SignInFlow& flow = attempt.flow;
  STRONGROOM_TRY(flow.tenant, sign_in_tenant(provider, system, parties.client.tenant));
  STRONGROOM_TRY(const auto openid,
                 catalogue::expand_openid(provider, system.endpoint_parameters, flow.tenant));
  STRONGROOM_TRY(const auto scopes, catalogue::sign_in_scopes(provider, system.scopes));
  attempt.wants_id_token = oauth::asks_for_id_token(scopes);
  flow.openid_issuer = openid.issuer;
  flow.jwks_uri = openid.jwks_uri;
  flow.redirect_uri = callback_url(public_url_(), system);
  flow.consumer_key = system.consumer_key;
  flow.destination = destination_digest(context_.catalogue, system);
  flow.opener = actor.id;
  attempt.details.opener = actor.id;
  STRONGROOM_CHECK(password_tries_.take(client, system.token_endpoint, attempt.username,
                                        context_.clock.boot_now()));
  return put_begun(actor, attempt);
}

// It is being traded in from the beginning: nobody has anything to wait for.
Status SignIns::put_begun(const Actor& actor, Attempt& attempt) {
  const WallTime now = context_.clock.now();
  const SignInParties& parties = attempt.parties;
  attempt.row = {.id = crypto::make_uuid(now, context_.random),
                 .oauth_client_id = parties.client.id,
                 .asker_id = actor.id,
                 .ticket_hash = hash_of_no_ticket(context_.random),
                 .state = std::string(to_text(AuthorizationState::kExchanging)),
                 .sealed_details = {},
                 .sealed_answer = {},
                 .failure_cause = {},
                 .created_at = now,
                 .updated_at = now,
                 .expires_at = now + kFlowLifetime};
  STRONGROOM_CHECK(
      seal_details(context_.sealer, parties.project(), attempt.details, nullptr, attempt.row));
  const OAuthClientId client{parties.client.id};
  return context_.store.write([&](Transaction& tx) -> Status {
    if (context_.index.find(client).killed_by) return stopped_by_a_kill();
    STRONGROOM_CHECK(storage::cancel_open_authorizations(tx, client.uuid, now));
    STRONGROOM_CHECK(storage::insert_authorization(tx, attempt.row));
    return record(context_, tx, actor, change_of(audit::Action::kAuthorizationStarted, parties));
  });
}

}  // namespace strongroom::vault
