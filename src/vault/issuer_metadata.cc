#include "vault/issuer_metadata.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "oauth/client_credentials.h"
#include "vault/bearer_requests.h"
#include "vault/resource_rules.h"
#include "vault/row_mac.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {

std::string issuer_of(const TargetSystem& system) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const auto found = system.endpoint_parameters.find(std::string(catalogue::kIssuerVariable));
  if (found == system.endpoint_parameters.end()) return "";
  const std::string_view text = found->second;
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

bool has_issuer(const catalogue::Catalogue& catalogue, const TargetSystem& system) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  return provider != nullptr && provider->discovery;
}

Result<std::optional<IssuerMetadata>> read_metadata(const storage::TargetSystemRow& row,
                                                    const TargetSystem& system) {
  if (!row.issuer_metadata) return std::optional<IssuerMetadata>();
  const storage::IssuerMetadataRow& stored = *row.issuer_metadata;
  const auto parse = [&](const std::string& text) -> Result<oauth::ServerMetadata> {
    auto parsed = oauth::parse_server_metadata(text, issuer_of(system), nullptr);
    if (parsed) return parsed;
    return Error{Code::kCorrupt, "A stored row is damaged.", "issuer_metadata " + row.id.text()};
  };
  IssuerMetadata metadata;
  STRONGROOM_TRY(metadata.accepted, parse(stored.accepted));
  if (stored.pending) {
    STRONGROOM_TRY(metadata.pending, parse(*stored.pending));
  }
  metadata.read_at = stored.read_at;
  metadata.tried_at = stored.tried_at;
  metadata.failure = stored.failure;
  return std::optional(std::move(metadata));
}

void write_metadata(const TargetSystem& system, storage::TargetSystemRow& row) {
  if (!system.metadata) return row.issuer_metadata.reset();
  const IssuerMetadata& metadata = *system.metadata;
  row.issuer_metadata = storage::IssuerMetadataRow{.target_system_id = row.id,
                                                   .accepted = oauth::to_json(metadata.accepted),
                                                   .pending = std::nullopt,
                                                   .read_at = metadata.read_at,
                                                   .tried_at = metadata.tried_at,
                                                   .failure = metadata.failure,
                                                   .mac = {}};
  if (metadata.pending) row.issuer_metadata->pending = oauth::to_json(*metadata.pending);
}

Status store_metadata(Context& context, storage::Transaction& tx, storage::TargetSystemRow& row) {
  if (!row.issuer_metadata) return storage::remove_issuer_metadata(tx, row.id);
  STRONGROOM_TRY(row.issuer_metadata->mac, mac_of(context.sealer, *row.issuer_metadata));
  return storage::put_issuer_metadata(tx, *row.issuer_metadata);
}

oauth::Credentials credentials_of(const TargetSystem& system) {
  return {.secret = !system.consumer_secrets.empty(),
          .key = !system.client_keys.empty(),
          .certificate = !system.client_certificates.empty()};
}

Result<catalogue::Provider> complete_provider(const catalogue::Provider& provider,
                                              const TargetSystem& system) {
  if (!provider.discovery) return provider;
  if (!system.metadata) {
    return Error{Code::kConflict,
                 "Nothing is known of the target system's issuer: have its metadata read.",
                 {},
                 "no_metadata"};
  }
  STRONGROOM_CHECK(check_proves_pkce(system, system.metadata->accepted));
  catalogue::Provider complete =
      oauth::complete(provider, system.metadata->accepted, credentials_of(system));
  // What it does not list it does not have (RFC 8414 section 2). With a secret, PKCE is tried all
  // the same; without one, codes of a client would be anybody's (RFC 9700 section 2.1.1).
  const auto& challenges = system.metadata->accepted.code_challenge_methods;
  const bool has_pkce = std::ranges::find(challenges, "S256") != challenges.end();
  if (system.grant == GrantFlow::kAuthorizationCode && !has_pkce) {
    std::erase(complete.client_authentication, catalogue::ClientAuthentication::kNone);
  }
  name_resource(system, complete);
  return complete;
}

std::optional<catalogue::ClientAuthentication> method_in_use(const catalogue::Catalogue& catalogue,
                                                             const TargetSystem& system) {
  const catalogue::ProviderPtr entry = catalogue.find(system.service_provider);
  if (entry == nullptr) return std::nullopt;
  if (system.grant == GrantFlow::kJwtBearer && !needs_proof_besides(*entry, system)) {
    return catalogue::ClientAuthentication::kPrivateKeyJwt;
  }
  const auto chosen = to_catalogue(system.client_authentication);
  const auto complete = complete_provider(*entry, system);
  return oauth::authentication_method(complete ? *complete : *entry, chosen);
}

}  // namespace strongroom::vault
