#include "oauth/registration.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "http/url.h"
#include "oauth/answer.h"
#include "oauth/refusal.h"
#include "oauth/scope_text.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::Grant;

constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;
constexpr std::size_t kMaxText = 4'096;
constexpr std::size_t kMaxClientId = 2'048;
constexpr std::size_t kMaxItems = 20;
constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view kRefresh = "refresh_token";

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

// As consumer keys and secrets may be: what is in them is sent as it stands.
bool is_clean(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return is_utf8(text) && std::ranges::none_of(text, is_control);
}

// What an answer says of a member. No text, one that is too long, and one with control characters
// are none that anything could be done with.
struct Member {
  bool is_there = false;
  bool is_text = false;
  std::string_view text = {};
};

Member member_of(const json::object& answer, std::string_view name, std::size_t longest) {
  const json::value* const value = answer.if_contains(name);
  if (value == nullptr || value->is_null()) return {};
  const json::string* const text = value->if_string();
  if (text == nullptr || text->empty() || text->size() > longest || !is_clean(*text)) {
    return {.is_there = true};
  }
  return {.is_there = true, .is_text = true, .text = *text};
}

// nullopt: not a list of texts. Where the member is not there, `otherwise`.
std::optional<std::vector<std::string>> list_of(const json::object& answer, std::string_view name,
                                                std::vector<std::string> otherwise) {
  const json::value* const value = answer.if_contains(name);
  if (value == nullptr || value->is_null()) return otherwise;
  const json::array* const list = value->if_array();
  if (list == nullptr || list->size() > kMaxItems) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(list->size());
  for (const json::value& item : *list) {
    if (!item.is_string()) return std::nullopt;
    texts.emplace_back(item.get_string());
  }
  return texts;
}

TokenFailure malformed(int status, LiteralText why) {
  return {.cause = FailureCause::kMalformedAnswer, .message = why, .status = status};
}

// Servers answer with what they registered, not with what was asked for (RFC 7591 section 3.2.1).
bool has_same_addresses(const json::object& answer, const ClientFacts& asked) {
  auto registered = list_of(answer, "redirect_uris", {});
  if (!registered) return false;
  std::vector<std::string> wanted = asked.redirect_uris;
  std::ranges::sort(*registered);
  std::ranges::sort(wanted);
  return *registered == wanted;
}

// Refresh tokens may be denied to a client; another grant is another kind of client.
bool has_same_grants(const json::object& answer, const ClientFacts& asked) {
  const auto registered = list_of(answer, "grant_types", {"authorization_code"});
  if (!registered || asked.grant_types.empty()) return false;
  const bool only_known = std::ranges::all_of(*registered, [&](const std::string& grant) {
    return grant == kRefresh || has(asked.grant_types, grant);
  });
  return only_known && has(*registered, asked.grant_types.front());
}

bool has_same_method(const json::object& answer, const ClientFacts& asked) {
  const Member method = member_of(answer, "token_endpoint_auth_method", kMaxText);
  const std::string_view registered = method.is_there ? method.text : "client_secret_basic";
  return registered == catalogue::to_text(asked.method);
}

bool needs_secret(ClientAuthentication method) {
  return method == ClientAuthentication::kClientSecretBasic ||
         method == ClientAuthentication::kClientSecretPost;
}

// False: the member is no moment. 0 and no member: never.
bool read_expiry(const json::object& answer, RegisteredClient& client) {
  const json::value* const value = answer.if_contains("client_secret_expires_at");
  if (value == nullptr || value->is_null()) return true;
  // As far as a calendar goes: the year 9999.
  constexpr std::int64_t kLatest = 253'402'300'799;
  if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > kLatest) return false;
  if (value->get_int64() != 0) client.secret_expires_at = WallTime(Seconds(value->get_int64()));
  return true;
}

// Whether both members are there, or none, and the address is one that the token may go to.
bool read_management(const json::object& answer, std::string_view endpoint,
                     RegisteredClient& client) {
  const Member uri = member_of(answer, "registration_client_uri", kMaxClientId);
  const Member token = member_of(answer, "registration_access_token", kMaxText);
  if (!uri.is_there || !token.is_there) return true;  // it cannot be managed then
  const auto address = http::Url::parse(uri.text);
  const auto registered_at = http::Url::parse(endpoint);
  if (!uri.is_text || !token.is_text || !is_visible(token.text) || !address || !registered_at ||
      address->scheme != "https" || address->origin() != registered_at->origin()) {
    return false;
  }
  client.configuration_endpoint = address->text;
  client.access_token.emplace(token.text);
  return true;
}

LiteralText what_differs(const json::object& answer, const ClientFacts& asked,
                         const RegisteredClient& client, WallTime now) {
  if (!has_same_addresses(answer, asked)) {
    return "The service provider registered another redirect address than the one that was asked "
           "for.";
  }
  if (!has_same_grants(answer, asked)) {
    return "The service provider registered other grants than those that were asked for.";
  }
  if (!has_same_method(answer, asked)) {
    return "The service provider registered another way of client authentication than the one that "
           "was asked for.";
  }
  if (needs_secret(asked.method) && !client.secret) {
    return "The service provider gave no client secret that can be used.";
  }
  if (client.secret && client.secret_expires_at && *client.secret_expires_at <= now) {
    return "The service provider gave a client secret that has expired already.";
  }
  return "";
}

struct KnownError {
  std::string_view code;
  LiteralText message;
};
// RFC 7591 section 3.2.2.
constexpr std::array kErrors{
    KnownError{"invalid_redirect_uri",
               "The service provider does not take this server's callback address: "
               "invalid_redirect_uri. It may want addresses of its own list, or a public host."},
    KnownError{"invalid_client_metadata",
               "The service provider does not take what the client says of itself: "
               "invalid_client_metadata. It may not know the grant, a scope or the way of client "
               "authentication."},
    KnownError{"invalid_software_statement",
               "The service provider refuses the software statement: invalid_software_statement."},
    KnownError{"unapproved_software_statement",
               "The service provider registers only software that it has approved: "
               "unapproved_software_statement."}};

TokenFailure refusal_of(const TokenAnswer& response, const json::object* body) {
  TokenFailure failure =
      read_refusal(response.status, response.headers, body, {}, response.sent_at);
  if (failure.cause == FailureCause::kRedirected || response.status >= 500) return failure;
  const Member error = body == nullptr ? Member{} : member_of(*body, "error", 100);
  for (const KnownError& known : kErrors) {
    if (error.text != known.code) continue;
    failure.cause = FailureCause::kRefused;
    failure.error_code = known.code;
    failure.message = known.message;
    return failure;
  }
  if (response.status == 401 || response.status == 403) {
    failure.cause = FailureCause::kAccessDenied;
    failure.message =
        "The service provider lets nobody register without an initial access token of its own, or "
        "does not take this one.";
  }
  return failure;
}

TokenRequest request_of(std::string_view method, std::string_view endpoint) {
  TokenRequest request;
  request.message.method = method;
  request.message.url = endpoint;
  request.message.headers = {{"Accept", "application/json"}};
  request.message.limits.max_response_bytes = kMaxAnswer;
  return request;
}

void add_token(std::string_view token, TokenRequest& request) {
  std::string line = "Authorization: Bearer ";
  line.reserve(line.size() + token.size());
  line += token;
  request.message.secret_header.emplace(line);
  wipe(line);
}

void add_body(const std::string& body, TokenRequest& request) {
  request.message.headers.push_back({"Content-Type", "application/json"});
  request.message.body = http::RequestBody(body);
}

}  // namespace

ClientFacts facts_for(Grant grant, const ServerMetadata& metadata, std::string_view redirect_uri,
                      const std::vector<std::string>& scopes) {
  ClientFacts facts;
  facts.scope = join_scopes(scopes, " ");
  if (grant == Grant::kClientCredentials) {
    facts.grant_types = {"client_credentials"};
    return facts;
  }
  facts.grant_types.emplace_back(grant == Grant::kDeviceCode ? kDeviceGrant : "authorization_code");
  const bool refreshes = !metadata.grant_types || has(*metadata.grant_types, kRefresh);
  if (refreshes) facts.grant_types.emplace_back(kRefresh);
  if (grant == Grant::kAuthorizationCode) {
    facts.response_types = {"code"};
    if (!redirect_uri.empty()) facts.redirect_uris.emplace_back(redirect_uri);
  }
  return facts;
}

Result<ClientAuthentication> registration_method(const catalogue::Provider& provider,
                                                 const ServerMetadata& metadata, bool has_keys) {
  constexpr std::array kByStrength{
      ClientAuthentication::kPrivateKeyJwt, ClientAuthentication::kClientSecretBasic,
      ClientAuthentication::kClientSecretPost, ClientAuthentication::kNone};
  for (const ClientAuthentication method : kByStrength) {
    if (method == ClientAuthentication::kPrivateKeyJwt && !has_keys) continue;
    if (provider.offers(method) && has(metadata.auth_methods, catalogue::to_text(method))) {
      return method;
    }
  }
  return Error{Code::kConflict,
               "The service provider takes no way of client authentication that a client can "
               "register for by itself. With private_key_jwt, make a client key first.",
               {},
               "no_registration_method"};
}

std::string to_json(const ClientFacts& facts, std::string_view client_id) {
  json::object object;
  if (!client_id.empty()) object["client_id"] = client_id;
  object["application_type"] = "web";
  object["client_name"] = facts.client_name;
  object["redirect_uris"] = json::value_from(facts.redirect_uris);
  object["grant_types"] = json::value_from(facts.grant_types);
  object["response_types"] = json::value_from(facts.response_types);
  object["token_endpoint_auth_method"] = catalogue::to_text(facts.method);
  if (!facts.scope.empty()) object["scope"] = facts.scope;
  if (!facts.jwks.empty()) {
    const auto jwks = parse_json(facts.jwks);
    if (jwks) object["jwks"] = *jwks;
  }
  return json::serialize(object);
}

Result<TokenRequest> registration_request(std::string_view endpoint, const ClientFacts& facts,
                                          const InitialAccessToken* token) {
  TokenRequest request = request_of("POST", endpoint);
  add_body(to_json(facts, {}), request);
  if (token == nullptr) return request;
  if (token->reveal().empty() || !is_visible(token->reveal())) {
    return Error{Code::kInvalidArgument,
                 "An initial access token is visible characters without white space."}
        .at("/initial_access_token");
  }
  add_token(token->reveal(), request);
  return request;
}

TokenRequest registration_update(std::string_view endpoint, const RegistrationAccessToken& token,
                                 const ClientFacts& facts, std::string_view client_id) {
  TokenRequest request = request_of("PUT", endpoint);
  add_body(to_json(facts, client_id), request);
  add_token(token.reveal(), request);
  return request;
}

TokenRequest registration_removal(std::string_view endpoint, const RegistrationAccessToken& token) {
  TokenRequest request = request_of("DELETE", endpoint);
  add_token(token.reveal(), request);
  return request;
}

RegistrationResult read_registration(const RawResult& answer, const ClientFacts& asked,
                                     std::string_view endpoint) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  const auto body =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  // 201 for a new one (RFC 7591 section 3.2.1), 200 for one that was changed (RFC 7592 section 2).
  if (response.status != 200 && response.status != 201) {
    return tl::unexpected(refusal_of(response, object));
  }
  const Member id = object == nullptr ? Member{} : member_of(*object, "client_id", kMaxClientId);
  if (!id.is_text || !is_visible(id.text)) {
    return tl::unexpected(
        malformed(response.status, "The answer to the registration has no client_id."));
  }
  RegisteredClient client{.client_id = std::string(id.text)};
  const Member secret = member_of(*object, "client_secret", kMaxText);
  if (secret.is_text) client.secret.emplace(secret.text);
  if (!read_management(*object, endpoint, client)) {
    client.unacceptable =
        "The service provider says that the registration is managed at another server, or over "
        "another protocol than https.";
  } else if (!read_expiry(*object, client)) {
    client.unacceptable = "The service provider does not say when the client secret expires.";
  } else {
    client.unacceptable = what_differs(*object, asked, client, response.sent_at);
  }
  return client;
}

Removal read_removal(const RawResult& answer) {
  if (!answer) return Removal::kNotNow;
  const int status = answer->response.status;
  if (status / 100 == 2 || status == 401 || status == 404 || status == 410) return Removal::kGone;
  if (status == 408 || status == 429 || (status >= 500 && status != 501)) return Removal::kNotNow;
  return Removal::kNotPossible;
}

}  // namespace strongroom::oauth
