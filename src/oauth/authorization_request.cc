#include "oauth/authorization_request.h"

#include <algorithm>
#include <array>
#include <string>

#include "catalogue/provider_parser.h"
#include "oauth/endpoint_query.h"
#include "oauth/scope_text.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {
namespace {

using catalogue::AuthorizationRules;
using catalogue::Prompt;

constexpr std::string_view kField = "/endpoint_parameters";

// What an authorization request says itself, or its answer.
bool is_of_oauth(std::string_view name) {
  constexpr std::array<std::string_view, 8> kOthers = {
      "dpop_jkt",   "error",  "error_description", "error_uri", "iss",
      "login_hint", "prompt", "response_mode"};
  return catalogue::is_reserved_parameter(name) ||
         std::ranges::find(kOthers, name) != kOthers.end();
}

bool is_asked(const std::vector<Prompt>& prompts, Prompt prompt) {
  return std::ranges::find(prompts, prompt) != prompts.end();
}

// "select_account consent": a list with spaces (OpenID Connect Core section 3.1.2.1).
std::string prompts_of(const AuthorizationRules& rules, std::vector<Prompt> wanted) {
  std::erase_if(wanted, [&](Prompt prompt) { return is_asked(rules.always_prompt, prompt); });
  wanted.insert(wanted.end(), rules.always_prompt.begin(), rules.always_prompt.end());
  std::string text;
  for (const Prompt prompt : wanted) {
    if (!text.empty()) text += ' ';
    text += to_text(prompt);
  }
  return text;
}

Status check_extras(const AuthorizationRequest& request) {
  const AuthorizationRules& rules = request.provider.authorization;
  if (!request.login_hint.empty() && !rules.login_hint) {
    return Error{Code::kInvalidArgument,
                 "The service provider cannot be told which account is expected."}
        .at("/login_hint");
  }
  for (const Prompt prompt : request.prompts) {
    if (is_asked(rules.prompts, prompt)) continue;
    return Error{Code::kInvalidArgument, "The service provider cannot be asked for this prompt."}
        .at("/prompt");
  }
  return {};
}

// A caller that forgets one of the two, or sends one that nobody compares, has a bug.
Status check_secrets(const AuthorizationRequest& request, const std::vector<std::string>& scopes) {
  if ((request.verifier == nullptr) != request.provider.authorization.pkce_unsupported ||
      (request.nonce != nullptr) != asks_for_id_token(scopes)) {
    return Error{Code::kInternal, "An authorization request lacks its verifier or nonce."};
  }
  return {};
}

Status check_parties(const AuthorizationRequest& request) {
  if (!request.provider.offers(catalogue::Grant::kAuthorizationCode)) {
    return Error{Code::kInvalidArgument, "Nobody can sign in at this service provider."}.at(
        "/grant");
  }
  if (request.consumer_key.empty()) {
    return Error{Code::kInvalidArgument, "The consumer key is missing."}.at("/consumer_key");
  }
  return request.on_loopback ? check_loopback_redirect_uri(request.redirect_uri)
                             : check_redirect_uri(request.redirect_uri);
}

// What OAuth itself says comes first, so that nothing else can say it.
Result<TokenForm> query_of(const AuthorizationRequest& request,
                           const std::vector<std::string>& scopes) {
  const catalogue::Provider& provider = request.provider;
  TokenForm form;
  form.add("response_type", "code");
  form.add(provider.wire.client_id_parameter, request.consumer_key);
  form.add("redirect_uri", request.redirect_uri);
  form.add("scope", join_scopes(scopes, provider.scopes.delimiter));
  form.add("state", request.state.reveal());
  if (request.verifier != nullptr) {
    form.add("code_challenge", request.verifier->s256_challenge());
    form.add("code_challenge_method", CodeVerifier::kMethod);
  }
  if (request.nonce != nullptr) form.add("nonce", request.nonce->reveal());
  form.add("dpop_jkt", request.dpop_jkt);
  form.add("login_hint", request.login_hint);
  if (request.max_age) form.add("max_age", std::to_string(request.max_age->count()));
  form.add("prompt", prompts_of(provider.authorization, request.prompts));
  for (const auto& [name, literal] : provider.authorization.parameters) {
    if (is_of_oauth(name) || !form.add(name, literal)) {
      return Error{Code::kInvalidArgument, "OAuth itself uses the name of a parameter."}.at(
          std::string(kField));
    }
  }
  return form;
}

}  // namespace

bool asks_for_id_token(const std::vector<std::string>& scopes) {
  return std::ranges::find(scopes, "openid") != scopes.end();
}

Status check_redirect_uri(std::string_view redirect_uri) {
  if (redirect_uri.empty() || redirect_uri == kOutOfBand) return {};
  const auto url = http::Url::parse(redirect_uri);
  if (url && url->scheme == "https" && !clashes(url->query, is_of_oauth)) return {};
  return Error{Code::kInvalidArgument,
               "A callback is an https address without a fragment and without parameters that the "
               "answer has."}
      .at("/redirect_uri");
}

Status check_loopback_redirect_uri(std::string_view redirect_uri) {
  const auto url = http::Url::parse(redirect_uri);
  if (url && url->scheme == "http" && (url->host == "127.0.0.1" || url->host == "::1") &&
      !clashes(url->query, is_of_oauth)) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               "A callback on this machine is an http address at 127.0.0.1 or [::1]."}
      .at("/redirect_uri");
}

Result<http::Url> authorization_endpoint(const catalogue::Provider& provider,
                                         const catalogue::Parameters& parameters,
                                         std::string_view tenant, bool allow_plain_http) {
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_authorization_endpoint(provider, parameters, tenant));
  if (text.empty()) {
    return Error{Code::kInvalidArgument, "Where people sign in is needed."}.at(
        std::string(kField) + "/authorization_endpoint");
  }
  auto url = http::Url::parse(text);
  if (!url) return std::move(url).error().at(std::string(kField));
  if (url->scheme != "https" && !allow_plain_http) {
    return Error{Code::kInvalidArgument, "An authorization endpoint is an https address."}.at(
        std::string(kField));
  }
  const auto is_taken = [&](std::string_view name) {
    return is_of_oauth(name) || name == provider.wire.client_id_parameter ||
           std::ranges::find(provider.authorization.parameters, name,
                             &catalogue::AuthorizationParameter::name) !=
               provider.authorization.parameters.end();
  };
  if (clashes(url->query, is_taken)) {
    return Error{Code::kInvalidArgument,
                 "The query of the authorization endpoint holds a parameter that the request has."}
        .at(std::string(kField));
  }
  return *std::move(url);
}

Result<TokenForm> authorization_form(const AuthorizationRequest& request) {
  STRONGROOM_CHECK(check_parties(request));
  STRONGROOM_CHECK(check_extras(request));
  STRONGROOM_TRY(const std::vector<std::string> scopes,
                 catalogue::sign_in_scopes(request.provider, request.scopes));
  STRONGROOM_CHECK(check_secrets(request, scopes));
  return query_of(request, scopes);
}

Result<AuthorizationUrl> address_with(const AuthorizationRequest& request, const TokenForm& form) {
  STRONGROOM_TRY(const http::Url endpoint,
                 authorization_endpoint(request.provider, request.parameters, request.tenant,
                                        request.allow_plain_http));
  const http::RequestBody query = form.body();
  const std::size_t size = endpoint.text.size() + 1 + query.reveal().size();
  if (size > kMaxAuthorizationUrl) {
    return Error{Code::kInvalidArgument, "These scopes make an address that is too long.",
                 std::to_string(size) + " bytes"}
        .at("/scopes");
  }
  std::string text;
  text.reserve(size);  // never moved, so wiped as a whole
  text += endpoint.text;
  if (!text.ends_with('?')) text += endpoint.query.empty() ? '?' : '&';
  text += query.reveal();
  AuthorizationUrl url(text);
  wipe(text);
  return url;
}

Result<AuthorizationUrl> authorization_url(const AuthorizationRequest& request) {
  STRONGROOM_TRY(const TokenForm form, authorization_form(request));
  return address_with(request, form);
}

}  // namespace strongroom::oauth
