#include "oauth/oauth1_request.h"

#include <algorithm>
#include <utility>

#include "catalogue/settings.h"
#include "http/message.h"
#include "http/url.h"
#include "oauth/endpoint_query.h"
#include "oauth/raw_answer.h"
#include "oauth/scope_text.h"

namespace strongroom::oauth {
namespace {

constexpr const char* kField = "/endpoint_parameters";

Status check_flow(const catalogue::Provider& provider) {
  if (!provider.offers(catalogue::Grant::kOauth1) || !provider.oauth1 ||
      provider.oauth1->temporary_credentials_endpoint.empty()) {
    return Error{Code::kInvalidArgument,
                 "Nobody can sign in with OAuth 1.0a at this service provider."}
        .at("/grant");
  }
  if (!provider.oauth1->without_verifier) return {};
  return Error{Code::kInvalidArgument,
               "This service provider speaks OAuth 1.0, with which somebody else's account could "
               "be connected in place of yours. Nobody can sign in there."}
      .at("/grant");
}

bool is_out_of_band(std::string_view callback) {
  return callback.empty() || callback == kOutOfBand;
}

// Its query may hold what the flow is found by, and nothing that the answer has.
Status check_callback(std::string_view callback) {
  if (is_out_of_band(callback)) return {};
  const auto is_taken = [](std::string_view name) {
    return name.starts_with("oauth_") || name == "denied";
  };
  const auto url = http::Url::parse(callback);
  if (url && url->scheme == "https" && !clashes(url->query, is_taken)) return {};
  return Error{Code::kInvalidArgument,
               "A callback is an https address without a fragment and without parameters that the "
               "answer has."}
      .at("/redirect_uri");
}

Result<http::Url> checked_address(Result<std::string> expanded, bool allow_plain_http) {
  if (!expanded) return std::move(expanded).error();
  auto url = http::Url::parse(*expanded);
  if (!url) return std::move(url).error().at(kField);
  if (url->scheme == "https" || allow_plain_http) return *std::move(url);
  return Error{Code::kInvalidArgument, "An address of a service provider begins with https."}.at(
      kField);
}

// What the provider always wants besides. The names of OAuth's own are refused with the signature.
TokenForm form_of(const std::vector<catalogue::AuthorizationParameter>& parameters) {
  TokenForm form;
  for (const catalogue::AuthorizationParameter& parameter : parameters) {
    form.add(parameter.name, parameter.literal);
  }
  return form;
}

std::vector<http::Header> headers_of(const Oauth1Client& client, bool has_body) {
  std::vector<http::Header> headers;
  // Without a body there is nothing of this type that a server could take for signed.
  if (has_body) headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  for (auto& [name, value] : catalogue::token_headers(client.provider, client.parameters)) {
    headers.push_back({std::move(name), std::move(value)});
  }
  if (http::find_header(headers, "Accept") == nullptr) headers.push_back({"Accept", "*/*"});
  return headers;
}

// One of the two, ready to be sent.
struct Asked {
  const Oauth1Credentials* credentials = nullptr;
  std::string_view callback = {};
  const Oauth1Verifier* verifier = nullptr;
};

Result<TokenRequest> signed_request(const Oauth1Client& client, const http::Url& url,
                                    const TokenForm& form, const Asked& asked) {
  STRONGROOM_TRY(const Oauth1Stamp stamp, new_stamp(client.random, client.now, client.clock_skew));
  const std::string realm = catalogue::oauth1_realm(client.provider, client.parameters);
  const Oauth1Signer signer{.consumer_key = client.consumer_key,
                            .method = client.method,
                            .consumer_secret = client.consumer_secret,
                            .private_key = client.private_key,
                            .credentials = asked.credentials,
                            .realm = realm};
  TokenRequest request;
  request.message.method = "POST";
  request.message.url = url.text;
  request.message.body = form.body();
  const std::string_view body = request.message.body.reveal();
  request.message.headers = headers_of(client, !body.empty());
  auto header = oauth1_authorization(signer,
                                     {.method = request.message.method,
                                      .address = url.text,
                                      .form = body,
                                      .callback = asked.callback,
                                      .verifier = asked.verifier},
                                     stamp);
  if (!header) return std::move(header).error();
  request.message.secret_header = *std::move(header);
  request.message.limits.max_response_bytes = kMaxGrantAnswer;
  request.message.limits.max_header_bytes = kMaxGrantHeaders;
  request.summary = {.authentication = to_text(client.method), .parameters = form.parameters()};
  request.expectation.for_person = true;
  return request;
}

// What is added to the query of the address.
Result<TokenForm> added_query(const Oauth1Client& client, const Oauth1Token& temporary,
                              const std::vector<std::string>& scopes) {
  const catalogue::Provider& provider = client.provider;
  if (provider.scopes.defaults.empty() && !scopes.empty()) {
    return Error{Code::kInvalidArgument, "The service provider has no scopes."}.at("/scopes");
  }
  STRONGROOM_TRY(const std::vector<std::string> asked,
                 catalogue::check_scopes(provider, catalogue::Grant::kOauth1, scopes));
  TokenForm form;
  form.add("oauth_token", temporary.reveal());
  form.add("scope", join_scopes(asked, provider.scopes.delimiter));
  for (const auto& [name, literal] : provider.authorization.parameters) form.add(name, literal);
  return form;
}

}  // namespace

Result<TokenRequest> build_temporary_credentials_request(const Oauth1Client& client,
                                                         std::string_view callback) {
  STRONGROOM_CHECK(check_flow(client.provider));
  STRONGROOM_CHECK(check_callback(callback));
  STRONGROOM_TRY(const http::Url url,
                 checked_address(catalogue::expand_temporary_credentials_endpoint(
                                     client.provider, client.parameters, client.tenant),
                                 client.allow_plain_http));
  return signed_request(client, url,
                        form_of(client.provider.oauth1->temporary_credentials_parameters),
                        {.callback = is_out_of_band(callback) ? kOutOfBand : callback});
}

Result<AuthorizationUrl> oauth1_authorization_url(const Oauth1Client& client,
                                                  const Oauth1Token& temporary,
                                                  const std::vector<std::string>& scopes) {
  STRONGROOM_CHECK(check_flow(client.provider));
  STRONGROOM_TRY(const http::Url endpoint,
                 authorization_endpoint(client.provider, client.parameters, client.tenant,
                                        client.allow_plain_http));
  STRONGROOM_TRY(const TokenForm form, added_query(client, temporary, scopes));
  if (clashes(endpoint.query, [&](std::string_view name) { return form.has(name); })) {
    return Error{Code::kInvalidArgument,
                 "The query of the authorization endpoint holds a parameter that the request has."}
        .at(kField);
  }
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

Result<TokenRequest> build_token_credentials_request(const Oauth1Client& client,
                                                     const Oauth1Credentials& temporary,
                                                     const Oauth1Verifier& verifier) {
  STRONGROOM_CHECK(check_flow(client.provider));
  if (!is_oauth1_text(verifier.reveal(), kMaxOauth1Verifier)) {
    return Error{Code::kInvalidArgument, "This is not what the service provider shows."}.at(
        "/code");
  }
  STRONGROOM_TRY(const http::Url url,
                 checked_address(catalogue::expand_token_endpoint(client.provider,
                                                                  client.parameters, client.tenant),
                                 client.allow_plain_http));
  return signed_request(client, url, TokenForm(),
                        {.credentials = &temporary, .verifier = &verifier});
}

}  // namespace strongroom::oauth
