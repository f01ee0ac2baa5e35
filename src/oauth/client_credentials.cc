#include "oauth/client_credentials.h"

#include <string>
#include <utility>

#include "oauth/client_authentication.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Grant;
using catalogue::Provider;

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";

// The scopes to ask for: the settings', unless the resource decides.
Result<std::vector<std::string>> scopes_of(const ClientCredentials& credentials) {
  const Provider& provider = credentials.client.provider;
  STRONGROOM_TRY(std::vector<std::string> scopes,
                 catalogue::check_scopes(provider, Grant::kClientCredentials, credentials.scopes));
  if (credentials.resource.empty()) return scopes;
  if (!provider.resources) {
    return Error{Code::kInvalidArgument,
                 "The service provider has no way to ask for a token for one resource."}
        .at("/resources");
  }
  const std::string& suffix = provider.resources->scope_suffix;
  if (!suffix.empty()) scopes = {std::string(credentials.resource) + suffix};
  return scopes;
}

}  // namespace

Status check_client_credentials(const Provider& provider, const catalogue::Parameters& parameters,
                                std::string_view tenant, std::string_view consumer_key,
                                std::optional<ClientAuthentication> authentication,
                                const std::vector<std::string>& scopes, bool allow_plain_http) {
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kClientCredentials, tenant));
  const ClientAuthentication method = authentication_method(provider, authentication);
  STRONGROOM_CHECK(check_client_id(provider, method, consumer_key));
  STRONGROOM_CHECK(check_public_client(provider, method, Grant::kClientCredentials));
  STRONGROOM_CHECK(catalogue::check_scopes(provider, Grant::kClientCredentials, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  const bool tenant_to_come = provider.supports_tenant() && tenant.empty();
  STRONGROOM_CHECK(token_endpoint_for(provider, method, parameters,
                                      tenant_to_come ? kSomeTenant : tenant, allow_plain_http));
  return {};
}

// RFC 6749 section 4.4.2.
Result<TokenRequest> build_client_credentials_request(const ClientCredentials& credentials) {
  const Provider& provider = credentials.client.provider;
  STRONGROOM_CHECK(
      check_grant_and_tenant(provider, Grant::kClientCredentials, credentials.client.tenant));
  STRONGROOM_CHECK(check_public_client(
      provider, authentication_method(provider, credentials.client.authentication),
      Grant::kClientCredentials));
  STRONGROOM_TRY(std::vector<std::string> scopes, scopes_of(credentials));
  TokenForm form;
  form.add("grant_type", provider.client_credentials_grant_type);
  form.add("scope", join_scopes(scopes, provider.scopes.delimiter));
  Expectation expectation{.rules = provider.response,
                          .scope_delimiter = provider.scopes.delimiter,
                          .scopes = std::move(scopes)};
  return build_grant_request(credentials.client, std::move(form), std::move(expectation),
                             credentials.resource);
}

}  // namespace strongroom::oauth
