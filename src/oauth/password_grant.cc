#include "oauth/password_grant.h"

#include <utility>

#include "base/unicode.h"
#include "oauth/authorization_code.h"
#include "oauth/authorization_request.h"
#include "oauth/client_authentication.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::Grant;
using catalogue::Provider;

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";

bool may_be_sent(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && is_utf8(text) && !has_control_character(text);
}

}  // namespace

Status check_password_grant(const Provider& provider, const catalogue::Parameters& parameters,
                            std::string_view tenant, std::string_view consumer_key,
                            std::optional<catalogue::ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http) {
  const std::string_view some_tenant =
      provider.supports_tenant() && tenant.empty() ? kSomeTenant : tenant;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kPassword, some_tenant));
  const auto method = authentication_method(provider, authentication);
  if (!consumer_key.empty()) STRONGROOM_CHECK(check_client_id(provider, method, consumer_key));
  STRONGROOM_TRY(const std::vector<std::string> asked, catalogue::sign_in_scopes(provider, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  STRONGROOM_CHECK(token_endpoint_for(provider, method, parameters, some_tenant, allow_plain_http));
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

Status check_account(std::string_view username, const AccountPassword& password) {
  if (!may_be_sent(username, kMaxUsernameBytes)) {
    return Error{Code::kInvalidArgument,
                 "A user name of 1 to 512 bytes without control characters is needed."}
        .at("/username");
  }
  if (!may_be_sent(password.reveal(), kMaxAccountPasswordBytes)) {
    return Error{Code::kInvalidArgument,
                 "A password of 1 to 1024 bytes without control characters is needed."}
        .at("/password");
  }
  return {};
}

Result<TokenRequest> build_password_request(const PasswordGrant& grant) {
  const Provider& provider = grant.client.provider;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kPassword, grant.client.tenant));
  STRONGROOM_CHECK(check_account(grant.username, grant.password));
  STRONGROOM_TRY(Expectation expectation, code_expectation(provider, grant.scopes));
  STRONGROOM_TRY(const std::vector<std::string> asked,
                 catalogue::sign_in_scopes(provider, grant.scopes));
  TokenForm form;
  form.add("grant_type", "password");
  form.add("username", grant.username);
  form.add("password", grant.password.reveal());
  form.add("scope", join_scopes(asked, provider.scopes.delimiter));
  return build_grant_request(grant.client, std::move(form), std::move(expectation));
}

}  // namespace strongroom::oauth
