#include "vault/issuer_reading.h"

#include <string>
#include <utility>

#include "oauth/client_credentials.h"
#include "oauth/token_endpoint.h"
#include "vault/dpop_keys.h"
#include "vault/issuer_metadata.h"
#include "vault/outgoing_request.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kField = "/endpoint_parameters/issuer";

Error unreadable(Error error) {
  error.problem = "issuer_unreadable";
  return std::move(error).at(std::string(kField));
}

// A document that was read and must not be used.
Error unusable(LiteralText message) {
  return unreadable(oauth::as_error(oauth::DiscoveryFailure{
      .failure = {.cause = oauth::FailureCause::kUnusableMetadata, .message = message},
      .facts = {}}));
}

// What the document makes of the settings, before anything is stored.
Status check_settings(const catalogue::Provider& entry, const TargetSystem& system) {
  STRONGROOM_CHECK(oauth::check_methods(entry, system.metadata->accepted));
  STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(entry, system));
  STRONGROOM_CHECK(check_dpop(provider, system));
  return check_grant(provider, system);
}

// As one that is configured is judged, whether it is new or has changed.
Status check_endpoint(const Context& context, const TargetSystem& system,
                      const oauth::ServerMetadata& metadata, oauth::FailureCause* cause) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  if (entry == nullptr) return {};
  const catalogue::Provider provider = oauth::complete(*entry, metadata, {});
  for (const auto method : provider.client_authentication) {
    const auto endpoint = oauth::token_endpoint_text(provider, method, system.endpoint_parameters,
                                                     system.default_tenant);
    if (endpoint) continue;
    if (cause != nullptr) *cause = oauth::FailureCause::kUnusableMetadata;
    return unusable(endpoint.error().message);
  }
  return {};
}

}  // namespace

Result<std::vector<oauth::TokenRequest>> issuer_requests(Context& context,
                                                         const storage::TargetSystemRow& row,
                                                         const TargetSystem& system) {
  std::vector<oauth::TokenRequest> requests = oauth::metadata_requests(issuer_of(system));
  for (oauth::TokenRequest& request : requests) {
    STRONGROOM_CHECK(restrict_request(context, row, system, request));
  }
  return requests;
}

Result<oauth::ServerMetadata> fetch_metadata(Context& context, oauth::Discovery& discovery,
                                             const storage::TargetSystemRow& row,
                                             const TargetSystem& system,
                                             oauth::FailureCause* cause) {
  const std::string issuer = issuer_of(system);
  STRONGROOM_TRY(auto requests, issuer_requests(context, row, system));
  auto read = discovery.read_and_wait(issuer, std::move(requests));
  if (!read) {
    if (cause != nullptr) *cause = read.error().failure.cause;
    return unreadable(oauth::as_error(read.error()));
  }
  if (oauth::is_for_many_tenants(issuer, *read)) {
    if (cause != nullptr) *cause = oauth::FailureCause::kUnusableMetadata;
    return unusable(
        "An application that acts by itself needs its own tenant; this issuer stands for many.");
  }
  STRONGROOM_CHECK(check_endpoint(context, system, *read, cause));
  return *std::move(read);
}

Result<bool> follow_issuer(Context& context, oauth::Discovery* discovery,
                           storage::TargetSystemRow& row, TargetSystem& system) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  if (entry == nullptr || !entry->discovery) {
    const bool had_some = system.metadata.has_value() || row.issuer_metadata.has_value();
    system.metadata.reset();
    row.issuer_metadata.reset();
    return had_some;
  }
  const bool known = system.metadata && system.metadata->accepted.issuer == issuer_of(system);
  if (!known) {
    if (discovery == nullptr) {
      return unreadable(Error{Code::kUnavailable, "The issuer's metadata cannot be read here."});
    }
    STRONGROOM_TRY(auto read, fetch_metadata(context, *discovery, row, system));
    const WallTime now = context.clock.now();
    system.metadata = IssuerMetadata{
        .accepted = std::move(read), .pending = {}, .read_at = now, .tried_at = now, .failure = {}};
    STRONGROOM_CHECK(check_settings(*entry, system));
    write_metadata(system, row);
  }
  return !known;
}

}  // namespace strongroom::vault
