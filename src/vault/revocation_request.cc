#include "vault/revocation_request.h"

#include <memory>
#include <string>
#include <utility>

#include "catalogue/settings.h"
#include "oauth/token_revocation.h"
#include "vault/credential_requests.h"
#include "vault/destination.h"
#include "vault/outgoing_request.h"
#include "vault/target_system_rules.h"
#include "vault/token_withdrawal.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

using storage::PendingRevocationRow;

Status check_destination(Context& context, const ClientSettings& settings,
                         const PendingRevocationRow& token) {
  // Asked again: the entry may have been replaced since the settings were read.
  const std::string today = destination_digest(context.catalogue, settings.system);
  const bool is_for_another =
      token.destination != today ||
      is_held(settings.system_row.secrets_destination, today, settings.secrets.size());
  if (!is_for_another) return {};
  return Error{Code::kConflict,
               "The target system's destination was changed since the token came from it.",
               {},
               "destination_held"};
}

// The request of one token, for whichever client it is given.
Result<GrantBuilder> builder_for(Context& context, const ClientSettings& settings,
                                 const PendingRevocationRow& token) {
  const crypto::Place place = pending_revocation_place(token, settings.client.project_id);
  const auto kind = oauth::token_kind_from_text(token.token_kind);
  if (kind == oauth::TokenKind::kRefreshToken) {
    STRONGROOM_TRY(auto refresh,
                   context.sealer.open<oauth::RefreshToken>(place, token.sealed_token));
    const auto kept = std::make_shared<const oauth::RefreshToken>(std::move(refresh));
    return GrantBuilder([kept](const oauth::GrantClient& client) {
      return oauth::build_revocation_request(client, kept.get());
    });
  }
  STRONGROOM_TRY(auto access, context.sealer.open<oauth::AccessToken>(place, token.sealed_token));
  const auto kept = std::make_shared<const oauth::AccessToken>(std::move(access));
  return GrantBuilder([kept](const oauth::GrantClient& client) {
    return oauth::build_revocation_request(client, kept.get());
  });
}

// Where the token alone does, no credential is opened.
Result<std::vector<oauth::TokenRequest>> without_credential(const RequestParts& parts,
                                                            const GrantBuilder& build) {
  STRONGROOM_TRY(oauth::TokenRequest request,
                 build({.provider = parts.provider,
                        .parameters = parts.system.endpoint_parameters,
                        .tenant = parts.tenant,
                        .consumer_key = parts.system.consumer_key,
                        .authentication = to_catalogue(parts.system.client_authentication),
                        .random = parts.context.random,
                        .now = parts.context.clock.now()}));
  STRONGROOM_CHECK(restrict_request(parts.context, parts.row, parts.system, request));
  std::vector<oauth::TokenRequest> requests;
  requests.push_back(std::move(request));
  return requests;
}

}  // namespace

Result<std::string> tenant_of(const ClientSettings& settings, const catalogue::Provider& provider) {
  if (needs_person(settings.system.grant)) {
    return tenant_for_person(settings, provider, std::string_view());
  }
  return catalogue::choose_tenant(provider, catalogue::Grant::kClientCredentials,
                                  settings.client.tenant, settings.system.default_tenant);
}

bool can_revoke(Context& context, const ClientSettings& settings) {
  const auto provider = provider_of(context, settings.system);
  if (!provider) return provider.error().problem.view() != "no_service_provider";
  const auto method =
      oauth::authentication_method(*provider, to_catalogue(settings.system.client_authentication));
  const auto tenant = tenant_of(settings, *provider);
  const auto endpoint =
      oauth::revocation_endpoint_text(*provider, method, settings.system.endpoint_parameters,
                                      tenant ? std::string_view(*tenant) : std::string_view());
  return !endpoint || !endpoint->empty();
}

Result<std::vector<oauth::TokenRequest>> build_revocation_requests(
    Context& context, const ClientSettings& settings, const PendingRevocationRow& token) {
  const catalogue::SteadyCatalogue steady(context.catalogue);
  STRONGROOM_CHECK(check_destination(context, settings, token));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, settings.system));
  STRONGROOM_TRY(const std::string tenant, tenant_of(settings, provider));
  STRONGROOM_TRY(const GrantBuilder build, builder_for(context, settings, token));
  const RequestParts parts{context, settings.system_row, settings.system, provider, tenant};
  if (provider.revocation.without_authentication) return without_credential(parts, build);
  std::vector<storage::ConsumerSecretRow> credentials = settings.secrets;
  STRONGROOM_CHECK(keep_proofs(provider, settings.system, context.clock.now(), credentials));
  std::vector<oauth::TokenRequest> requests;
  for (const storage::ConsumerSecretRow& credential : credentials) {
    STRONGROOM_TRY(oauth::TokenRequest request, build_with_credential(parts, credential, build));
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace strongroom::vault
