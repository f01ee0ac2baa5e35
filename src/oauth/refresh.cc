#include "oauth/refresh.h"

#include <algorithm>
#include <utility>

#include "oauth/authorization_code.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::Grant;
using catalogue::Provider;

Status check_narrower(const std::vector<std::string>& narrower,
                      const std::vector<std::string>& granted) {
  if (narrower.empty()) {
    return Error{Code::kInvalidArgument, "A refresh for no scope at all gives nothing."}.at(
        "/scopes");
  }
  for (std::size_t i = 0; i < narrower.size(); ++i) {
    if (std::ranges::find(granted, narrower[i]) != granted.end()) continue;
    return Error{Code::kInvalidArgument,
                 "This scope was not granted: the account's owner has to sign in again."}
        .at("/scopes/" + std::to_string(i));
  }
  return {};
}

bool names_resource_by_scope(const Provider& provider, std::string_view resource) {
  return !resource.empty() && provider.resources && !provider.resources->scope_suffix.empty();
}

// How somebody signed in makes no difference to what comes afterwards.
Grant grant_of(const Provider& provider) {
  for (const Grant grant : {Grant::kAuthorizationCode, Grant::kDeviceCode}) {
    if (provider.offers(grant)) return grant;
  }
  return Grant::kPassword;
}

// What is asked for by name; empty: nothing is, which means all (RFC 6749 section 6).
std::vector<std::string> named_scopes(const Provider& provider, const Refresh& refresh) {
  const bool always = provider.authorization.refresh_names_scopes;
  const bool by_scope = names_resource_by_scope(provider, refresh.resource);
  if (refresh.narrower == nullptr && !always && !by_scope) return {};
  std::vector<std::string> named =
      refresh.narrower != nullptr ? *refresh.narrower : refresh.granted;
  if (by_scope) named = {std::string(refresh.resource) + provider.resources->scope_suffix};
  if (!always) return named;
  // A provider that wants all of them named wants those of its own among them: without
  // offline_access Microsoft would give no next refresh token.
  for (const std::string& scope : provider.authorization.scopes) {
    if (std::ranges::find(named, scope) == named.end()) named.push_back(scope);
  }
  return named;
}

}  // namespace

Result<TokenRequest> build_refresh_request(const Refresh& refresh) {
  const Provider& provider = refresh.client.provider;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, grant_of(provider), refresh.client.tenant));
  if (refresh.refresh_token.reveal().empty()) {
    return Error{Code::kInvalidArgument, "The refresh token is empty."}.at("/refresh_token");
  }
  if (refresh.narrower != nullptr) {
    STRONGROOM_CHECK(check_narrower(*refresh.narrower, refresh.granted));
  }
  if (!refresh.resource.empty() && !provider.resources) {
    return Error{Code::kInvalidArgument,
                 "The service provider has no way to ask for a token for one resource."}
        .at("/resources");
  }
  const std::vector<std::string> named = named_scopes(provider, refresh);
  STRONGROOM_CHECK(catalogue::check_scopes(provider, Grant::kAuthorizationCode, named));
  TokenForm form;
  form.add("grant_type", "refresh_token");
  form.add("refresh_token", refresh.refresh_token.reveal());
  form.add("scope", join_scopes(named, provider.scopes.delimiter));
  const std::vector<std::string>& asked =
      refresh.narrower != nullptr ? *refresh.narrower : refresh.granted;
  STRONGROOM_TRY(TokenRequest request,
                 build_grant_request(refresh.client, std::move(form),
                                     refresh_expectation(provider, asked, refresh.resource),
                                     refresh.resource));
  if (provider.wire.refresh_endpoint.empty()) return request;
  // An assertion is made out to the server, as everywhere: only where it goes is another address.
  const GrantClient& client = refresh.client;
  STRONGROOM_TRY(
      http::Url url,
      refresh_endpoint_for(provider, authentication_method(provider, client.authentication),
                           client.parameters, client.tenant, client.allow_plain_http));
  request.message.url = std::move(url.text);
  return request;
}

// "{resource}/.default" stands for scopes that only the provider knows.
Expectation refresh_expectation(const Provider& provider, const std::vector<std::string>& asked,
                                std::string_view resource) {
  Expectation expectation{
      .rules = provider.response, .scope_delimiter = provider.scopes.delimiter, .for_person = true};
  if (!names_resource_by_scope(provider, resource)) {
    expectation.scopes = scopes_to_expect(provider, asked);
  }
  return expectation;
}

void explain_refused_refresh(TokenFailure& failure, bool answer_was_lost) {
  if (failure.cause != FailureCause::kInvalidGrant) return;
  failure.cause = answer_was_lost ? FailureCause::kRefreshLost : FailureCause::kSignInEnded;
}

CurrentRefreshToken current_refresh_token(RefreshToken before, TokenSet& tokens) {
  if (!tokens.refresh_token) return {std::move(before), false};
  RefreshToken after = *std::move(tokens.refresh_token);
  tokens.refresh_token.reset();
  return {std::move(after), true};
}

}  // namespace strongroom::oauth
