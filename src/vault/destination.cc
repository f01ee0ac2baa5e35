#include "vault/destination.h"

#include <string_view>

#include "catalogue/device_endpoint.h"
#include "catalogue/embedded_files.h"
#include "catalogue/inquiry_endpoints.h"
#include "catalogue/oauth1_settings.h"
#include "catalogue/settings.h"
#include "crypto/digest.h"
#include "oauth/server_metadata.h"
#include "vault/issuer_metadata.h"
#include "vault/row_mac.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {

namespace {

using catalogue::Connection;

// Whom assertions are made out to is where they may be used: as much a destination as an address.
void add_audience(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                  FieldText& fields) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr) return;
  if (provider->client_assertion) {
    fields.add(static_cast<std::int64_t>(provider->client_assertion->audience));
    fields.add(provider->client_assertion->literal_audience);
  }
  if (system.grant != GrantFlow::kJwtBearer || !provider->jwt_bearer) return;
  fields.add("jwt_bearer").add(static_cast<std::int64_t>(provider->jwt_bearer->audience));
  fields.add(provider->jwt_bearer->literal_audience);
}

// Where tokens are revoked, if anywhere, is where they and the credentials go too.
void add_revocation(const std::string& ordinary, const std::string& by_tls, FieldText& fields) {
  if (ordinary.empty() && by_tls.empty()) return;
  fields.add("revocation").add(ordinary).add(by_tls);
}

// Scheme, host and port of an address, or of a template of one.
std::string_view origin_of(std::string_view address) {
  const std::size_t host = address.find("://");
  if (host == std::string_view::npos) return address;
  return address.substr(0, address.find('/', host + 3));
}

// Other endpoints that get credentials. Of the token endpoint's origin they are no other
// destination, and one that somebody enters whole is among the parameters: so an entry can come to
// know one without anything being held.
void add_elsewhere(const catalogue::Provider& provider, FieldText& fields) {
  for (const std::string* const address :
       {&provider.pushed_authorization_request_endpoint, &provider.introspection_endpoint,
        &provider.wire.refresh_endpoint}) {
    if (address->empty() || address->starts_with('{')) continue;
    const bool is_same = origin_of(*address) == origin_of(provider.token_endpoint);
    if (!is_same) fields.add("elsewhere").add(*address);
  }
}

// Credentials are shown, too, where codes for other devices are asked for (RFC 8628 section 3.1).
void add_device_endpoint(const catalogue::Provider& provider, const TargetSystem& system,
                         FieldText& fields) {
  if (system.grant != GrantFlow::kDeviceCode) return;
  fields.add("device");
  if (provider.discovery) {
    fields.add(system.metadata ? system.metadata->accepted.device_authorization_endpoint : "");
    return;
  }
  fields.add(catalogue::displayed_device_endpoint(provider, system.endpoint_parameters,
                                                  system.default_tenant));
}

// All addresses, whichever method is chosen today.
void add_endpoints(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                   FieldText& fields) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr) {
    fields.add("");
    return;
  }
  add_device_endpoint(*provider, system, fields);
  // Another document of the same issuer may come in by ways on which nobody compares it with the
  // one before: by way of another provider, or because the stored one was taken away or put back.
  if (provider->discovery) {
    fields.add(system.metadata ? system.metadata->accepted.token_endpoint : "");
    fields.add(system.metadata ? system.metadata->accepted.mtls_token_endpoint : "");
    if (!system.metadata) return;
    add_revocation(system.metadata->accepted.revocation_endpoint,
                   system.metadata->accepted.mtls_revocation_endpoint, fields);
    for (const std::string& address : oauth::other_destinations(system.metadata->accepted)) {
      fields.add("elsewhere").add(address);
    }
    return;
  }
  for (const Connection connection : {Connection::kOrdinary, Connection::kMutualTls}) {
    if (connection == Connection::kMutualTls && provider->mtls_token_endpoint.empty()) continue;
    fields.add(catalogue::displayed_token_endpoint(*provider, system.endpoint_parameters,
                                                   system.default_tenant, connection));
  }
  add_revocation(catalogue::displayed_revocation_endpoint(*provider, system.endpoint_parameters,
                                                          system.default_tenant),
                 {}, fields);
  add_elsewhere(*provider, fields);
  if (!provider->oauth1) return;
  const auto temporary = catalogue::expand_temporary_credentials_endpoint(
      *provider, system.endpoint_parameters, system.default_tenant);
  fields.add("oauth1").add(temporary ? *temporary
                                     : provider->oauth1->temporary_credentials_endpoint);
}

// Where access tokens are shown to be verified. A built-in entry may come to know it with another
// version of this program, which nothing is held for; one's own files are changed by people.
void add_verification(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                      FieldText& fields) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr || catalogue::is_built_in(provider->id)) return;
  const std::string endpoint = catalogue::displayed_verification_endpoint(
      *provider, system.endpoint_parameters, system.default_tenant);
  if (!endpoint.empty()) fields.add("verification").add(endpoint);
}

}  // namespace

std::string destination_digest(const catalogue::Catalogue& catalogue, const TargetSystem& system) {
  FieldText fields;
  fields.add("destination 2").add(system.service_provider);
  fields.add(static_cast<std::int64_t>(system.endpoint_parameters.size()));
  for (const auto& [name, value] : system.endpoint_parameters) fields.add(name).add(value);
  fields.add(system.trusted_ca_pem);
  fields.add(static_cast<std::int64_t>(system.allowed_addresses.size()));
  for (const std::string& range : system.allowed_addresses) fields.add(range);
  fields.add(system.proxy);
  fields.add(system.has_proxy_credentials ? system.proxy_credentials_generation : 0);
  fields.add(system.default_tenant);
  add_endpoints(catalogue, system, fields);
  add_audience(catalogue, system, fields);
  add_verification(catalogue, system, fields);
  // Where tokens may be used is what they, and whoever signs in for them, are entered for.
  if (!system.protected_resource.empty()) fields.add("resource").add(system.protected_resource);
  const crypto::Sha256Digest digest = crypto::sha256(fields.text());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string displayed_endpoint(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                               std::string_view tenant) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr) return {};
  const auto method = method_in_use(catalogue, system);
  const auto connection =
      method && catalogue::is_mutual_tls(*method) ? Connection::kMutualTls : Connection::kOrdinary;
  if (provider->discovery) {
    const auto complete = complete_provider(*provider, system);
    return complete ? catalogue::displayed_token_endpoint(*complete, {}, tenant, connection) : "";
  }
  return catalogue::displayed_token_endpoint(*provider, system.endpoint_parameters, tenant,
                                             connection);
}

bool is_held(std::string_view secrets_destination, std::string_view todays_digest,
             std::size_t stored_secrets) {
  return stored_secrets > 0 && secrets_destination != todays_digest;
}

}  // namespace strongroom::vault
