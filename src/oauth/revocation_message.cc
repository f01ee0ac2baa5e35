#include "oauth/revocation_message.h"

#include <utility>

#include <boost/json.hpp>

#include "catalogue/endpoint_template.h"
#include "catalogue/revocation_parser.h"
#include "http/message.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::RevocationMethod;
using catalogue::RevocationPlace;
using catalogue::RevocationRules;

std::string_view to_text(RevocationMethod method) {
  switch (method) {
    case RevocationMethod::kPost:
      return "POST";
    case RevocationMethod::kGet:
      return "GET";
    case RevocationMethod::kDelete:
      return "DELETE";
  }
  return "POST";
}

TokenForm form_of(const RevocationRules& rules, const TokenInRequest& token) {
  TokenForm form;
  if (rules.place != RevocationPlace::kForm) return form;
  form.add(rules.token_parameter, token.text);
  if (!rules.without_hint) form.add("token_type_hint", token.hint);
  for (const auto& parameter : rules.parameters) form.add(parameter.name, parameter.literal);
  return form;
}

std::string json_of(const RevocationRules& rules, const TokenInRequest& token) {
  json::object object;
  object[rules.token_parameter] = token.text;
  if (!rules.without_hint) object["token_type_hint"] = token.hint;
  for (const auto& parameter : rules.parameters) object[parameter.name] = parameter.literal;
  return json::serialize(object);
}

// The method of token requests, unless the entry names another one, which takes a secret.
ClientAuthentication method_of(const GrantClient& client) {
  const auto& chosen = client.provider.revocation.authentication;
  if (chosen && client.consumer_secret != nullptr) return *chosen;
  return authentication_method(client.provider, client.authentication);
}

// The form gets what proves who asks, where it does.
Status prove(const GrantClient& client, std::string_view token_endpoint, TokenForm& form,
             TokenRequest& request) {
  if (client.provider.revocation.without_authentication) return {};
  const ClientAuthentication method = method_of(client);
  catalogue::Provider provider = client.provider;
  provider.client_authentication = {method};
  const GrantClient asker{.provider = provider,
                          .parameters = client.parameters,
                          .tenant = client.tenant,
                          .consumer_key = client.consumer_key,
                          .consumer_secret = client.consumer_secret,
                          .key = client.key,
                          .certificate = client.certificate,
                          .authentication = method,
                          .random = client.random,
                          .now = client.now,
                          .issuer = client.issuer,
                          .server_algorithms = client.server_algorithms,
                          .allow_plain_http = client.allow_plain_http};
  STRONGROOM_CHECK(prove_who_it_is(asker, token_endpoint, form, request.message));
  request.summary.authentication = catalogue::to_text(method);
  request.summary.by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                 method == ClientAuthentication::kClientSecretJwt;
  return {};
}

bool is_dots(std::string_view text) { return text == "." || text == ".."; }

Status add_to_address(const RevocationRules& rules, std::string_view client_id,
                      const TokenInRequest& token, std::string& address) {
  if (rules.place == RevocationPlace::kQuery) {
    address += address.find('?') == std::string::npos ? '?' : '&';
    address += rules.token_parameter;
    address += '=';
    address += catalogue::percent_encode_segment(token.text);
  }
  // "." and ".." would be steps of the path. Nothing of what is wrong is passed on: the address
  // holds the token.
  const bool is_step = rules.place == RevocationPlace::kPath && is_dots(token.text);
  if (!is_step && !is_dots(client_id) && http::Url::parse(address)) return {};
  return Error{Code::kInvalidArgument, "The token makes no address at which it is revoked."};
}

}  // namespace

std::string fill_path(const RevocationRules& rules, std::string_view endpoint,
                      std::string_view client_id, std::string_view token) {
  return catalogue::fill_endpoint_template(endpoint, [&](std::string_view name) {
    if (!catalogue::is_filled_by_request(rules, name)) return "{" + std::string(name) + "}";
    const bool is_token = rules.place == RevocationPlace::kPath && name == rules.token_parameter;
    return catalogue::percent_encode_segment(is_token ? token : client_id);
  });
}

Result<TokenRequest> revocation_message(const GrantClient& client, const std::string& endpoint,
                                        std::string_view token_endpoint,
                                        const TokenInRequest& token) {
  const RevocationRules& rules = client.provider.revocation;
  TokenRequest request;
  http::OutgoingRequest& message = request.message;
  message.method = to_text(rules.method);
  message.url = fill_path(rules, endpoint, client.consumer_key, token.text);
  STRONGROOM_CHECK(add_to_address(rules, client.consumer_key, token, message.url));
  message.headers = {{"Accept", "application/json"}};
  for (auto& [name, value] : catalogue::token_headers(client.provider, client.parameters)) {
    if (http::find_header(message.headers, name) == nullptr) {
      message.headers.push_back({std::move(name), std::move(value)});
    }
  }
  TokenForm form = form_of(rules, token);
  STRONGROOM_CHECK(prove(client, token_endpoint, form, request));
  if (rules.place == RevocationPlace::kBearer) {
    message.secret_header.emplace("Authorization: Bearer " + std::string(token.text));
  } else if (rules.place == RevocationPlace::kJson) {
    message.headers.push_back({"Content-Type", "application/json"});
    message.body = http::RequestBody(json_of(rules, token));
  } else if (!form.parameters().empty()) {
    message.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    message.body = form.body();
  }
  request.summary.parameters = form.parameters();
  return request;
}

}  // namespace strongroom::oauth
