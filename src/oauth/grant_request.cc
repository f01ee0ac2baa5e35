#include "oauth/grant_request.h"

#include <utility>
#include <vector>

#include "catalogue/provider_parser.h"
#include "http/message.h"
#include "oauth/client_authentication.h"
#include "oauth/json_body.h"
#include "oauth/mutual_tls.h"
#include "oauth/raw_answer.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Grant;
using catalogue::Provider;

Status assert_who_it_is(const GrantClient& client, std::string_view token_endpoint,
                        TokenForm& form) {
  const AssertionParties parties{.provider = client.provider,
                                 .client_id = client.consumer_key,
                                 .issuer = client.issuer,
                                 .token_endpoint = token_endpoint,
                                 .server_algorithms = client.server_algorithms};
  auto assertion =
      client.key != nullptr
          ? sign_client_assertion(parties, *client.key, client.random, client.now)
          : sign_client_assertion(parties, *client.consumer_secret, client.random, client.now);
  if (!assertion) return std::move(assertion).error();
  return authenticate_with(*assertion, client.provider.wire.client_id_parameter,
                           client.consumer_key, form);
}

// The provider's own parameters, and for which resource the token is.
Status add_own_parameters(const GrantClient& client, std::string_view resource, TokenForm& form) {
  const Provider& provider = client.provider;
  const std::string by = resource.empty() ? "" : provider.resources->parameter;
  if (!by.empty()) form.add(by, resource);
  for (const auto& [name, value] : catalogue::token_parameters(provider, client.parameters)) {
    if (name == by) continue;  // what the settings say is for when no resource is named
    if (catalogue::is_reserved_parameter(name) || !form.add(name, value)) {
      return Error{Code::kInvalidArgument, "OAuth itself uses the name of a parameter."}.at(
          "/endpoint_parameters/" + name);
    }
  }
  return {};
}

// Content-Type and what the provider wants; JSON is asked for unless it wants something else.
std::vector<http::Header> build_headers(const GrantClient& client) {
  std::vector<http::Header> headers = {
      {"Content-Type", std::string(media_type_of(client.provider.wire.body))}};
  for (auto& [name, value] : catalogue::token_headers(client.provider, client.parameters)) {
    headers.push_back({std::move(name), std::move(value)});
  }
  if (http::find_header(headers, "Accept") == nullptr) {
    headers.push_back({"Accept", "application/json"});
  }
  return headers;
}

// Where it goes, and in what form; nothing of the client yet.
Result<TokenRequest> begin_request(const GrantClient& client, ClientAuthentication method) {
  STRONGROOM_TRY(http::Url url, token_endpoint_for(client.provider, method, client.parameters,
                                                   client.tenant, client.allow_plain_http));
  TokenRequest request;
  request.message.method = "POST";
  request.message.url = std::move(url.text);
  request.message.headers = build_headers(client);
  return request;
}

}  // namespace

ClientAuthentication authentication_method(const Provider& provider,
                                           std::optional<ClientAuthentication> chosen) {
  // Where an entry names none, requests are signed (OAuth 1.0a), or the grant itself is
  // (catalogue/bearer_grant_parser.h).
  if (provider.client_authentication.empty()) {
    return chosen.value_or(provider.offers(catalogue::Grant::kOauth1)
                               ? ClientAuthentication::kClientSecretBasic
                               : ClientAuthentication::kPrivateKeyJwt);
  }
  return chosen.value_or(provider.client_authentication.front());
}

Status check_grant_and_tenant(const Provider& provider, Grant grant, std::string_view tenant) {
  if (!provider.offers(grant)) {
    if (catalogue::needs_person(grant)) {
      return Error{Code::kInvalidArgument, "Nobody can sign in at this service provider."}.at(
          "/grant");
    }
    if (grant == Grant::kJwtBearer) {
      return Error{Code::kInvalidArgument,
                   "This service provider does not issue tokens for signed assertions."}
          .at("/grant");
    }
    return Error{
        Code::kInvalidArgument,
        "This service provider does not issue tokens for client credentials: a person has to "
        "sign in there."}
        .at("/grant");
  }
  STRONGROOM_TRY(const std::string clean,
                 catalogue::clean_tenant(provider, grant, tenant, "/tenant"));
  if (clean == tenant) return {};
  return Error{Code::kInvalidArgument, "A tenant is a GUID or a domain."}.at("/tenant");
}

Status prove_who_it_is(const GrantClient& client, std::string_view token_endpoint, TokenForm& form,
                       http::OutgoingRequest& message) {
  const Provider& provider = client.provider;
  const ClientAuthentication method = authentication_method(provider, client.authentication);
  const bool by_key = method == ClientAuthentication::kPrivateKeyJwt;
  const bool by_tls = catalogue::is_mutual_tls(method);
  const bool by_nothing = method == ClientAuthentication::kNone;
  if ((client.key != nullptr) != by_key || (client.certificate != nullptr) != by_tls ||
      (client.consumer_secret != nullptr) != (!by_key && !by_tls && !by_nothing)) {
    return Error{Code::kInternal, "A token request was given the wrong kind of credential."};
  }
  if (by_nothing) return name_public_client(provider, client.consumer_key, form, message);
  if (by_tls) {
    return authenticate_by_tls(provider, method, client.consumer_key, *client.certificate, form,
                               message);
  }
  if (by_key || method == ClientAuthentication::kClientSecretJwt) {
    return assert_who_it_is(client, token_endpoint, form);
  }
  return authenticate(provider, method, client.consumer_key, *client.consumer_secret, form,
                      message);
}

Result<TokenRequest> build_grant_request(const GrantClient& client, TokenForm form,
                                         Expectation expectation, std::string_view resource) {
  const ClientAuthentication method = authentication_method(client.provider, client.authentication);
  STRONGROOM_TRY(TokenRequest request, begin_request(client, method));
  STRONGROOM_CHECK(prove_who_it_is(client, request.message.url, form, request.message));
  STRONGROOM_CHECK(add_own_parameters(client, resource, form));
  request.message.body = body_of(form, client.provider.wire.body);
  request.summary = {.authentication = catalogue::to_text(method),
                     .by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                     method == ClientAuthentication::kClientSecretJwt ||
                                     form.has("assertion"),
                     .parameters = form.parameters()};
  if (expectation.for_person) {
    request.message.limits.max_response_bytes = kMaxGrantAnswer;
    request.message.limits.max_header_bytes = kMaxGrantHeaders;
  }
  request.expectation = std::move(expectation);
  return request;
}

Result<TokenRequest> build_asserted_request(const GrantClient& client, TokenForm form,
                                            Expectation expectation) {
  // It shows no certificate either: the address is the ordinary one.
  STRONGROOM_TRY(TokenRequest request, begin_request(client, ClientAuthentication::kPrivateKeyJwt));
  if (!form.has("assertion") || form.has(client.provider.wire.client_id_parameter)) {
    return Error{Code::kInternal, "A request with an assertion was not made of one alone."};
  }
  STRONGROOM_CHECK(add_own_parameters(client, "", form));
  request.message.body = body_of(form, client.provider.wire.body);
  request.summary = {.by_assertion = true, .parameters = form.parameters()};
  request.expectation = std::move(expectation);
  return request;
}

}  // namespace strongroom::oauth
