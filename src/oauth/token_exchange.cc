#include "oauth/token_exchange.h"

#include <utility>

#include "oauth/client_authentication.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::ExchangeRules;
using catalogue::ExchangeStyle;
using catalogue::Grant;
using catalogue::Provider;

constexpr std::string_view kExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view kJwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";

// The scopes to ask for: the settings', unless the resource decides.
Result<std::vector<std::string>> scopes_of(const TokenExchange& exchange) {
  const Provider& provider = exchange.client.provider;
  STRONGROOM_TRY(std::vector<std::string> scopes,
                 catalogue::check_scopes(provider, Grant::kTokenExchange, exchange.scopes));
  if (exchange.resource.empty()) return scopes;
  if (!provider.resources) {
    return Error{Code::kInvalidArgument,
                 "The service provider has no way to ask for a token for one resource."}
        .at("/resources");
  }
  const std::string& suffix = provider.resources->scope_suffix;
  if (!suffix.empty()) scopes = {std::string(exchange.resource) + suffix};
  return scopes;
}

// Nothing that comes behind can say it otherwise.
TokenForm form_of(const TokenExchange& exchange) {
  const ExchangeRules& rules = exchange.rules;
  TokenForm form;
  if (rules.style == ExchangeStyle::kOnBehalfOf) {
    form.add("grant_type", kJwtBearerGrant);
    form.add("assertion", exchange.subject_token.reveal());
    form.add("requested_token_use", "on_behalf_of");
    return form;
  }
  form.add("grant_type", kExchangeGrant);
  form.add("subject_token", exchange.subject_token.reveal());
  form.add("subject_token_type", rules.subject_token_type);
  form.add("requested_token_type", rules.requested_token_type);
  return form;
}

}  // namespace

Status check_token_exchange(const Provider& provider, const catalogue::Parameters& parameters,
                            std::string_view tenant, std::string_view consumer_key,
                            std::optional<ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http) {
  const std::string_view some_tenant =
      provider.supports_tenant() && tenant.empty() ? kSomeTenant : tenant;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kTokenExchange, some_tenant));
  if (!provider.token_exchange) {
    return Error{Code::kInternal, "An entry has a grant without rules."};
  }
  const ClientAuthentication method = authentication_method(provider, authentication);
  STRONGROOM_CHECK(check_client_id(provider, method, consumer_key));
  STRONGROOM_CHECK(catalogue::check_scopes(provider, Grant::kTokenExchange, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  STRONGROOM_CHECK(token_endpoint_for(provider, method, parameters, some_tenant, allow_plain_http));
  return {};
}

Result<TokenRequest> build_token_exchange_request(const TokenExchange& exchange) {
  const Provider& provider = exchange.client.provider;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kTokenExchange, exchange.client.tenant));
  STRONGROOM_TRY(std::vector<std::string> scopes, scopes_of(exchange));
  TokenForm form = form_of(exchange);
  form.add("scope", join_scopes(scopes, provider.scopes.delimiter));
  Expectation expectation{.rules = provider.response,
                          .scope_delimiter = provider.scopes.delimiter,
                          .scopes = std::move(scopes)};
  if (exchange.rules.style == ExchangeStyle::kTokenExchange) {
    expectation.issued_type =
        IssuedType{.requested = exchange.rules.requested_token_type,
                   .may_be_missing = exchange.rules.issued_token_type_may_be_missing};
  }
  STRONGROOM_TRY(TokenRequest request,
                 build_grant_request(exchange.client, std::move(form), std::move(expectation),
                                     exchange.resource));
  // What is called assertion on behalf of somebody proves nothing of the client.
  const ClientAuthentication method =
      authentication_method(provider, exchange.client.authentication);
  request.summary.by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                 method == ClientAuthentication::kClientSecretJwt;
  return request;
}

}  // namespace strongroom::oauth
