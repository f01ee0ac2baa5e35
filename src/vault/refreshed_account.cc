#include "vault/refreshed_account.h"

#include <optional>

#include "catalogue/settings.h"
#include "oauth/id_token.h"
#include "vault/issuer_keys.h"
#include "vault/sign_in_parties.h"

namespace strongroom::vault {
namespace {

bool is_unreadable(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kProviderRefused;
}

Result<SignInParties> parties_of(Context& context, OAuthClientId client) {
  return storage::read<SignInParties>(context.store, [&](storage::Snapshot& snapshot) {
    return read_sign_in_parties(context, snapshot, client);
  });
}

}  // namespace

Status check_refreshed_account(Context& context, OAuthClientId client,
                               const oauth::TokenSet& tokens) {
  if (!tokens.id_token || context.issuer_keys == nullptr) return {};
  const auto parties = parties_of(context, client);
  // Deleted meanwhile: whoever stores the tokens finds out as well.
  if (!parties) return parties.error().code == Code::kNotFound ? Status() : parties.error();
  const auto bound = parties->bound_account();
  // Whose user name was typed in is nobody that an ID token speaks of.
  if (!bound || bound->issuer.empty()) return {};
  const TargetSystem& system = parties->system;
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, system));
  STRONGROOM_TRY(const std::string tenant,
                 sign_in_tenant(provider, system, parties->client.tenant));
  STRONGROOM_TRY(const auto openid,
                 catalogue::expand_openid(provider, system.endpoint_parameters, tenant));
  const oauth::Account account{bound->issuer, bound->subject, bound->tenant};
  const auto token =
      context.issuer_keys->validate(parties->system_row, system, openid.jwks_uri, *tokens.id_token,
                                    {.issuer = account.issuer,
                                     .client_id = system.consumer_key,
                                     .tenant_claim = provider.openid.tenant_claim,
                                     .tenant = account.tenant,
                                     .access_token = &tokens.access_token,
                                     .refreshed = &account,
                                     .now = context.clock.now()},
                                    IssuerKeys::AfterFailure::kFails);
  if (token) return {};
  if (!is_unreadable(token.error())) return token.error();
  context.log.failed("The account of a refreshed token could not be checked.", token.error(),
                     {{"oauth_client", client.uuid}});
  return {};
}

oauth::FailureCause cause_of_refusal(const Error& why) {
  const bool is_of_another = why.problem.view() == "id_token" &&
                             (why.detail == "sub" || why.detail == "iss" || why.detail == "tid");
  return is_of_another ? oauth::FailureCause::kRefreshedAnother
                       : oauth::FailureCause::kMalformedAnswer;
}

}  // namespace strongroom::vault
