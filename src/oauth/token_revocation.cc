#include "oauth/token_revocation.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/provider_parser.h"
#include "oauth/answer.h"
#include "oauth/endpoint_query.h"
#include "oauth/refusal.h"
#include "oauth/revocation_message.h"
#include "oauth/success_members.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::Provider;

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;

bool is_in_request(const catalogue::RevocationRules& rules, std::string_view name) {
  return name == rules.token_parameter || name == "token_type_hint" ||
         catalogue::is_reserved_parameter(name) ||
         std::ranges::any_of(rules.parameters,
                             [&](const auto& parameter) { return parameter.name == name; });
}

// The token as it came, for whoever puts it into the request.
TokenInRequest in_plain(const RevocableToken& token) {
  if (const auto* const refresh = std::get_if<const RefreshToken*>(&token)) {
    return {.text = (*refresh)->reveal(), .hint = to_text(TokenKind::kRefreshToken)};
  }
  return {.text = std::get<const AccessToken*>(token)->reveal(),
          .hint = to_text(TokenKind::kAccessToken)};
}

bool is_success(const TokenAnswer& response, const json::object* answer,
                const catalogue::RevocationRules& rules) {
  const auto& statuses = rules.success_statuses;
  const bool has_status = statuses.empty()
                              ? response.status == kOk
                              : std::ranges::find(statuses, response.status) != statuses.end();
  if (!has_status || rules.success.empty()) return has_status;
  return answer != nullptr && hold(rules.success, *answer);
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
  // What the request fills in is a whole segment, encoded: whatever it is, the address is one.
  const auto url = http::Url::parse(fill_path(provider.revocation, text, "x", "x"));
  if (!url) return refused("A revocation endpoint is an https address.");
  if (url->scheme != "https" && !allow_plain_http) {
    return refused("A revocation endpoint is an https address.");
  }
  if (clashes(url->query,
              [&](std::string_view name) { return is_in_request(provider.revocation, name); })) {
    return refused(
        "The query of the revocation endpoint holds a parameter that the request itself has.");
  }
  return text;
}

Result<TokenRequest> build_revocation_request(const GrantClient& client,
                                              const RevocableToken& token) {
  const ClientAuthentication method = authentication_method(client.provider, client.authentication);
  STRONGROOM_TRY(const std::string endpoint,
                 revocation_endpoint_text(client.provider, method, client.parameters, client.tenant,
                                          client.allow_plain_http));
  if (endpoint.empty()) {
    return Error{Code::kConflict,
                 "The service provider has no address at which tokens are revoked.",
                 {},
                 "no_revocation_endpoint"};
  }
  std::string token_endpoint;
  if (!client.provider.revocation.without_authentication) {
    STRONGROOM_TRY(http::Url server, token_endpoint_for(client.provider, method, client.parameters,
                                                        client.tenant, client.allow_plain_http));
    token_endpoint = std::move(server.text);
  }
  STRONGROOM_TRY(TokenRequest request,
                 revocation_message(client, endpoint, token_endpoint, in_plain(token)));
  request.message.limits.max_response_bytes = kMaxGrantAnswer;
  request.message.limits.max_header_bytes = kMaxGrantHeaders;
  return request;
}

RevocationResult read_revocation(const RawResult& answer, const catalogue::RevocationRules& rules) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  const auto body =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  if (is_success(response, object, rules)) return Revoked::kYes;
  if (rules.place == catalogue::RevocationPlace::kBearer && response.status == kUnauthorized) {
    return Revoked::kYes;  // it authorizes nothing any more
  }
  if (response.status == kBadRequest) {
    // Some say of a token that is none any more what the RFC has no error for: Google, Salesforce.
    if (error_of(object) == "invalid_token") return Revoked::kYes;
    if (error_of(object) == "unsupported_token_type") return Revoked::kUnsupported;
  }
  return tl::unexpected(
      read_refusal(response.status, response.headers, object, {}, response.sent_at));
}

}  // namespace strongroom::oauth
