#include "oauth/client_credentials.h"

#include <string>
#include <utility>

#include "catalogue/provider_parser.h"
#include "http/message.h"
#include "oauth/client_authentication.h"
#include "oauth/mutual_tls.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Grant;
using catalogue::Provider;

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";

Status check_grant(const Provider& provider) {
  if (provider.offers(Grant::kClientCredentials)) return {};
  return Error{
      Code::kInvalidArgument,
      "This service provider does not issue tokens for client credentials: a person has to "
      "sign in there."}
      .at("/grant");
}

Status check_tenant(const Provider& provider, std::string_view tenant) {
  STRONGROOM_TRY(const std::string clean,
                 catalogue::clean_tenant(provider, Grant::kClientCredentials, tenant, "/tenant"));
  if (clean == tenant) return {};
  return Error{Code::kInvalidArgument, "A tenant is a GUID or a domain."}.at("/tenant");
}

// An assertion is made out to the address that the request goes to, or as the entry says.
Status assert_who_it_is(const ClientCredentials& credentials, TokenForm& form,
                        const http::OutgoingRequest& message) {
  const AssertionParties parties{.provider = credentials.provider,
                                 .client_id = credentials.consumer_key,
                                 .issuer = credentials.issuer,
                                 .token_endpoint = message.url,
                                 .server_algorithms = credentials.server_algorithms};
  auto assertion =
      credentials.key != nullptr
          ? sign_client_assertion(parties, *credentials.key, credentials.random, credentials.now)
          : sign_client_assertion(parties, *credentials.consumer_secret, credentials.random,
                                  credentials.now);
  if (!assertion) return std::move(assertion).error();
  return authenticate_with(*assertion, credentials.consumer_key, form);
}

// One method a request.
Status prove_who_it_is(const ClientCredentials& credentials, TokenForm& form,
                       http::OutgoingRequest& message) {
  const Provider& provider = credentials.provider;
  const ClientAuthentication method = authentication_method(provider, credentials.authentication);
  const bool by_key = method == ClientAuthentication::kPrivateKeyJwt;
  const bool by_tls = catalogue::is_mutual_tls(method);
  if ((credentials.key != nullptr) != by_key || (credentials.certificate != nullptr) != by_tls ||
      (credentials.consumer_secret != nullptr) != (!by_key && !by_tls)) {
    return Error{Code::kInternal, "A token request was given the wrong kind of credential."};
  }
  if (by_tls) {
    return authenticate_by_tls(provider, method, credentials.consumer_key, *credentials.certificate,
                               form, message);
  }
  if (by_key || method == ClientAuthentication::kClientSecretJwt) {
    return assert_who_it_is(credentials, form, message);
  }
  return authenticate(provider, method, credentials.consumer_key, *credentials.consumer_secret,
                      form, message);
}

// RFC 6749 sections 3.2 and 4.4.2. What OAuth itself says comes first, so nothing else can say it.
Result<TokenForm> build_form(const ClientCredentials& credentials,
                             const std::vector<std::string>& scopes,
                             http::OutgoingRequest& message) {
  const Provider& provider = credentials.provider;
  TokenForm form;
  form.add("grant_type", provider.client_credentials_grant_type);
  form.add("scope", join_scopes(scopes, provider.scopes.delimiter));
  STRONGROOM_CHECK(prove_who_it_is(credentials, form, message));
  const std::string by = credentials.resource.empty() ? "" : provider.resources->parameter;
  if (!by.empty()) form.add(by, credentials.resource);
  for (const auto& [name, value] : catalogue::token_parameters(provider, credentials.parameters)) {
    if (name == by) continue;  // what the settings say is for when no resource is named
    if (catalogue::is_reserved_parameter(name) || !form.add(name, value)) {
      return Error{Code::kInvalidArgument, "OAuth itself uses the name of a parameter."}.at(
          "/endpoint_parameters/" + name);
    }
  }
  return form;
}

// The scopes to ask for: the settings', unless the resource decides.
Result<std::vector<std::string>> scopes_of(const ClientCredentials& credentials) {
  const Provider& provider = credentials.provider;
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

// Content-Type and what the provider wants; JSON is asked for unless it wants something else.
std::vector<http::Header> build_headers(const ClientCredentials& credentials) {
  std::vector<http::Header> headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  for (auto& [name, value] :
       catalogue::token_headers(credentials.provider, credentials.parameters)) {
    headers.push_back({std::move(name), std::move(value)});
  }
  if (http::find_header(headers, "Accept") == nullptr) {
    headers.push_back({"Accept", "application/json"});
  }
  return headers;
}

}  // namespace

ClientAuthentication authentication_method(const Provider& provider,
                                           std::optional<ClientAuthentication> chosen) {
  return chosen.value_or(provider.client_authentication.front());
}

Status check_client_credentials(const Provider& provider, const catalogue::Parameters& parameters,
                                std::string_view tenant, std::string_view consumer_key,
                                std::optional<ClientAuthentication> authentication,
                                const std::vector<std::string>& scopes, bool allow_plain_http) {
  STRONGROOM_CHECK(check_grant(provider));
  STRONGROOM_CHECK(
      check_client_id(provider, authentication_method(provider, authentication), consumer_key));
  STRONGROOM_CHECK(catalogue::check_scopes(provider, Grant::kClientCredentials, scopes));
  STRONGROOM_CHECK(check_tenant(provider, tenant));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  const bool tenant_to_come = provider.supports_tenant() && tenant.empty();
  STRONGROOM_CHECK(token_endpoint_for(provider, authentication_method(provider, authentication),
                                      parameters, tenant_to_come ? kSomeTenant : tenant,
                                      allow_plain_http));
  return {};
}

Result<TokenRequest> build_client_credentials_request(const ClientCredentials& credentials) {
  const Provider& provider = credentials.provider;
  STRONGROOM_CHECK(check_grant(provider));
  STRONGROOM_CHECK(check_tenant(provider, credentials.tenant));
  STRONGROOM_TRY(
      const http::Url url,
      token_endpoint_for(provider, authentication_method(provider, credentials.authentication),
                         credentials.parameters, credentials.tenant, credentials.allow_plain_http));
  STRONGROOM_TRY(const std::vector<std::string> scopes, scopes_of(credentials));

  TokenRequest request;
  request.message.method = "POST";
  request.message.url = url.text;
  request.message.headers = build_headers(credentials);
  STRONGROOM_TRY(const TokenForm form, build_form(credentials, scopes, request.message));
  request.message.body = form.body();
  const ClientAuthentication method = authentication_method(provider, credentials.authentication);
  request.summary = {.authentication = catalogue::to_text(method),
                     .by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                     method == ClientAuthentication::kClientSecretJwt,
                     .parameters = form.parameters()};
  request.expectation = {provider.response, provider.scopes.delimiter, scopes};
  return request;
}

}  // namespace strongroom::oauth
