#include "oauth/authorization_code.h"

#include <algorithm>
#include <utility>

#include "oauth/authorization_request.h"
#include "oauth/client_authentication.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {

using catalogue::Grant;
using catalogue::Provider;

namespace {

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";

}  // namespace

Status check_sign_in(const Provider& provider, const catalogue::Parameters& parameters,
                     std::string_view tenant, std::string_view consumer_key,
                     std::optional<catalogue::ClientAuthentication> authentication,
                     const std::vector<std::string>& scopes, bool allow_plain_http) {
  const std::string_view some_tenant =
      provider.supports_tenant() && tenant.empty() ? kSomeTenant : tenant;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kAuthorizationCode, some_tenant));
  const auto method = authentication_method(provider, authentication);
  if (!consumer_key.empty()) STRONGROOM_CHECK(check_client_id(provider, method, consumer_key));
  STRONGROOM_CHECK(check_public_client(provider, method, Grant::kAuthorizationCode));
  STRONGROOM_TRY(const std::vector<std::string> asked, catalogue::sign_in_scopes(provider, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  STRONGROOM_CHECK(token_endpoint_for(provider, method, parameters, some_tenant, allow_plain_http));
  STRONGROOM_CHECK(authorization_endpoint(provider, parameters, some_tenant, allow_plain_http));
  STRONGROOM_TRY(const catalogue::OpenidParties parties,
                 catalogue::expand_openid(provider, parameters, some_tenant));
  if (!asks_for_id_token(asked) || (!parties.issuer.empty() && !parties.jwks_uri.empty())) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               "The scope openid asks for ID tokens: enter the issuer and the address of its keys, "
               "too."}
      .at("/scopes");
}

std::vector<std::string> scopes_to_expect(const Provider& provider,
                                          const std::vector<std::string>& scopes) {
  std::vector<std::string> expected = scopes;
  std::erase_if(expected, [&](const std::string& scope) {
    const std::vector<std::string>& always = provider.authorization.scopes;
    return scope == "openid" || scope == "offline_access" ||
           std::ranges::find(always, scope) != always.end();
  });
  return expected;
}

Result<Expectation> code_expectation(const Provider& provider,
                                     const std::vector<std::string>& settings) {
  STRONGROOM_TRY(const std::vector<std::string> scopes,
                 catalogue::sign_in_scopes(provider, settings));
  return Expectation{.rules = provider.response,
                     .scope_delimiter = provider.scopes.delimiter,
                     .scopes = scopes_to_expect(provider, scopes),
                     .for_person = true};
}

Result<TokenRequest> build_code_request(const CodeExchange& exchange) {
  const Provider& provider = exchange.client.provider;
  STRONGROOM_CHECK(
      check_grant_and_tenant(provider, Grant::kAuthorizationCode, exchange.client.tenant));
  STRONGROOM_CHECK(exchange.on_loopback ? check_loopback_redirect_uri(exchange.redirect_uri)
                                        : check_redirect_uri(exchange.redirect_uri));
  if ((exchange.verifier == nullptr) != provider.authorization.pkce_unsupported) {
    return Error{Code::kInternal, "A code was to be traded in without its verifier."};
  }
  STRONGROOM_TRY(Expectation expectation, code_expectation(provider, exchange.scopes));
  TokenForm form;
  form.add("grant_type", "authorization_code");
  form.add("code", exchange.code.reveal());
  form.add("redirect_uri", exchange.redirect_uri);
  if (exchange.verifier != nullptr) form.add("code_verifier", exchange.verifier->text().reveal());
  return build_grant_request(exchange.client, std::move(form), std::move(expectation));
}

}  // namespace strongroom::oauth
