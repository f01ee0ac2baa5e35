#include "vault/verification_settings.h"

#include <string>

#include "catalogue/settings.h"
#include "vault/issuer_metadata.h"

namespace strongroom::vault {
namespace {

// Of a client that will name one.
constexpr std::string_view kSomeTenant = "tenant.example";

// Written as a token endpoint, it is filled in as one.
bool has_address(const catalogue::Provider& provider, const std::string& endpoint,
                 const TargetSystem& system) {
  if (endpoint.empty()) return false;
  catalogue::Provider same = provider;
  same.token_endpoint = endpoint;
  const std::string shown =
      catalogue::displayed_token_endpoint(same, system.endpoint_parameters, kSomeTenant);
  return shown.find('{') == std::string::npos;
}

}  // namespace

Status check_verification_settings(const catalogue::Catalogue& catalogue,
                                   const TargetSystem& system) {
  if (system.verify_every_hours == 0) return {};
  const catalogue::ProviderPtr entry = catalogue.find(system.service_provider);
  if (entry != nullptr && entry->discovery && !system.metadata) return {};
  if (entry != nullptr) {
    STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(*entry, system));
    if (has_address(provider, provider.introspection_endpoint, system) ||
        has_address(provider, provider.verification.endpoint, system)) {
      return {};
    }
  }
  return Error{Code::kInvalidArgument,
               "Nothing is known of how this provider is asked whether a token works."}
      .at("/verify_every_hours");
}

}  // namespace strongroom::vault
