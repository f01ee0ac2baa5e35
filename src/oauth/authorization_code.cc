#include "oauth/authorization_code.h"

#include <algorithm>
#include <utility>

#include "oauth/authorization_request.h"

namespace strongroom::oauth {

using catalogue::Grant;
using catalogue::Provider;

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

namespace {

Expectation expectation_of(const Provider& provider, const std::vector<std::string>& asked) {
  return {.rules = provider.response,
          .scope_delimiter = provider.scopes.delimiter,
          .scopes = scopes_to_expect(provider, asked),
          .for_person = true,
          .needs_id_token = asks_for_id_token(asked)};
}

}  // namespace

Result<TokenRequest> build_code_request(const CodeExchange& exchange) {
  const Provider& provider = exchange.client.provider;
  STRONGROOM_CHECK(
      check_grant_and_tenant(provider, Grant::kAuthorizationCode, exchange.client.tenant));
  STRONGROOM_CHECK(check_redirect_uri(exchange.redirect_uri));
  if ((exchange.verifier == nullptr) != provider.authorization.pkce_unsupported) {
    return Error{Code::kInternal, "A code was to be traded in without its verifier."};
  }
  STRONGROOM_TRY(const std::vector<std::string> scopes,
                 catalogue::sign_in_scopes(provider, exchange.scopes));
  TokenForm form;
  form.add("grant_type", "authorization_code");
  form.add("code", exchange.code.reveal());
  form.add("redirect_uri", exchange.redirect_uri);
  if (exchange.verifier != nullptr) form.add("code_verifier", exchange.verifier->text().reveal());
  return build_grant_request(exchange.client, std::move(form), expectation_of(provider, scopes));
}

Result<Expectation> code_expectation(const Provider& provider,
                                     const std::vector<std::string>& scopes) {
  STRONGROOM_TRY(const std::vector<std::string> asked, catalogue::sign_in_scopes(provider, scopes));
  return expectation_of(provider, asked);
}

}  // namespace strongroom::oauth
