#include "oauth/token_revocation.h"

#include <utility>

#include <boost/json.hpp>

#include "catalogue/provider_parser.h"
#include "oauth/answer.h"
#include "oauth/endpoint_query.h"
#include "oauth/refusal.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::Provider;

bool is_in_form(std::string_view name) {
  return name == "token" || name == "token_type_hint" || catalogue::is_reserved_parameter(name);
}

TokenForm form_of(const RevocableToken& token) {
  TokenForm form;
  if (const auto* const refresh = std::get_if<const RefreshToken*>(&token)) {
    form.add("token", (*refresh)->reveal());
    form.add("token_type_hint", to_text(TokenKind::kRefreshToken));
  } else {
    form.add("token", std::get<const AccessToken*>(token)->reveal());
    form.add("token_type_hint", to_text(TokenKind::kAccessToken));
  }
  return form;
}

// The `error` member, where the body is an answer with one; empty otherwise.
std::string_view error_of(const json::object* answer) {
  const json::value* const error = answer == nullptr ? nullptr : answer->if_contains("error");
  if (error == nullptr || !error->is_string()) return {};
  return error->get_string();
}

}  // namespace

std::string_view to_text(TokenKind kind) {
  return kind == TokenKind::kRefreshToken ? "refresh_token" : "access_token";
}

std::optional<TokenKind> token_kind_from_text(std::string_view text) {
  for (const TokenKind kind : {TokenKind::kRefreshToken, TokenKind::kAccessToken}) {
    if (text == to_text(kind)) return kind;
  }
  return std::nullopt;
}

Result<std::string> revocation_endpoint_text(const Provider& provider, ClientAuthentication method,
                                             const catalogue::Parameters& parameters,
                                             std::string_view tenant, bool allow_plain_http) {
  const auto connection = catalogue::is_mutual_tls(method) ? catalogue::Connection::kMutualTls
                                                           : catalogue::Connection::kOrdinary;
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_revocation_endpoint(provider, parameters, tenant, connection));
  if (text.empty()) return text;
  const auto refused = [](LiteralText message) -> Result<std::string> {
    return Error{Code::kInvalidArgument, message}.at("/endpoint_parameters");
  };
  const auto url = http::Url::parse(text);
  if (!url) return refused("A revocation endpoint is an https address.");
  if (url->scheme != "https" && !allow_plain_http) {
    return refused("A revocation endpoint is an https address.");
  }
  if (clashes(url->query, is_in_form)) {
    return refused(
        "The query of the revocation endpoint holds a parameter that the request itself has.");
  }
  return url->text;
}

Result<TokenRequest> build_revocation_request(const GrantClient& client,
                                              const RevocableToken& token) {
  const ClientAuthentication method = authentication_method(client.provider, client.authentication);
  TokenRequest request;
  STRONGROOM_TRY(request.message.url,
                 revocation_endpoint_text(client.provider, method, client.parameters, client.tenant,
                                          client.allow_plain_http));
  if (request.message.url.empty()) {
    return Error{Code::kConflict,
                 "The service provider has no address at which tokens are revoked.",
                 {},
                 "no_revocation_endpoint"};
  }
  request.message.method = "POST";
  request.message.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                             {"Accept", "application/json"}};
  TokenForm form = form_of(token);
  if (!client.provider.revocation.without_authentication) {
    STRONGROOM_TRY(const http::Url server,
                   token_endpoint_for(client.provider, method, client.parameters, client.tenant,
                                      client.allow_plain_http));
    STRONGROOM_CHECK(prove_who_it_is(client, server.text, form, request.message));
    request.summary.authentication = catalogue::to_text(method);
    request.summary.by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                   method == ClientAuthentication::kClientSecretJwt;
  }
  request.message.body = form.body();
  request.summary.parameters = form.parameters();
  request.message.limits.max_response_bytes = kMaxGrantAnswer;
  request.message.limits.max_header_bytes = kMaxGrantHeaders;
  return request;
}

RevocationResult read_revocation(const RawResult& answer) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  if (response.status == 200) return Revoked::kYes;
  const auto body =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  if (response.status == 400) {
    // Some say of a token that is none any more what the RFC has no error for: Google, Salesforce.
    if (error_of(object) == "invalid_token") return Revoked::kYes;
    if (error_of(object) == "unsupported_token_type") return Revoked::kUnsupported;
  }
  return tl::unexpected(
      read_refusal(response.status, response.headers, object, {}, response.sent_at));
}

}  // namespace strongroom::oauth
