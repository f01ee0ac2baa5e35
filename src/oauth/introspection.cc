#include "oauth/introspection.h"

#include <array>
#include <cstdint>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/inquiry_endpoints.h"
#include "catalogue/provider_parser.h"
#include "http/url.h"
#include "oauth/answer.h"
#include "oauth/endpoint_query.h"
#include "oauth/refusal.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::Provider;

constexpr int kOk = 200;
constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;
constexpr Seconds kFarthestEnd{std::int64_t{3650} * 24 * 3600};

bool is_in_form(std::string_view name) {
  return name == "token" || name == "token_type_hint" || catalogue::is_reserved_parameter(name);
}

tl::unexpected<TokenFailure> malformed(std::string detail) {
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.status = kOk;
  failure.detail = std::move(detail);
  return tl::unexpected(std::move(failure));
}

// nullopt: of another type. A member that is not there is an empty text.
std::optional<std::string> text_of(const json::object& answer, std::string_view name) {
  const json::value* const value = answer.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string() || value->get_string().size() > kMaxText) return std::nullopt;
  return std::string(value->get_string());
}

// False: it is none. Nothing is taken out of an answer that does not say it.
bool read_end(const json::object& answer, WallTime asked_at, std::optional<WallTime>& end) {
  const json::value* const value = answer.if_contains("exp");
  if (value == nullptr) return true;
  const std::int64_t* const seconds = value->if_int64();
  if (seconds == nullptr || *seconds < 0) return false;
  const auto farthest =
      std::chrono::duration_cast<Seconds>((asked_at + kFarthestEnd).time_since_epoch());
  if (*seconds > farthest.count()) return false;
  end = WallTime(Seconds(*seconds));
  return true;
}

// The reason why it is about no token of these; empty: nothing speaks against it.
std::string_view whose_else(const json::object& answer, const TokenParties& parties,
                            const std::string& subject) {
  const auto client_id = text_of(answer, "client_id");
  const auto issuer = text_of(answer, "iss");
  if (!client_id || !issuer) return "a member of another type";
  if (!client_id->empty() && *client_id != parties.client_id) return "another client's token";
  const bool is_comparable =
      !parties.subject.empty() && !subject.empty() && !issuer->empty() && *issuer == parties.issuer;
  if (is_comparable && subject != parties.subject) return "another account's token";
  return {};
}

IntrospectionResult read_object(const json::object& answer, const TokenParties& parties,
                                WallTime asked_at) {
  const json::value* const active = answer.if_contains("active");
  if (active == nullptr || !active->is_bool()) return malformed("active is neither true nor false");
  Introspection result{.active = active->get_bool()};
  // Section 2.2: nothing else is said of a token that is not active.
  if (!result.active) return result;
  const auto scope = text_of(answer, "scope");
  const auto subject = text_of(answer, "sub");
  if (!scope || !subject || !text_of(answer, "token_type") ||
      !read_end(answer, asked_at, result.expires_at)) {
    return malformed("a member of another type");
  }
  const std::string_view why = whose_else(answer, parties, *subject);
  if (!why.empty()) return malformed(std::string(why));
  result.scope = *scope;
  result.subject = *subject;
  return result;
}

}  // namespace

Result<std::string> introspection_endpoint_text(const Provider& provider,
                                                ClientAuthentication method,
                                                const catalogue::Parameters& parameters,
                                                std::string_view tenant, bool allow_plain_http) {
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_introspection_endpoint(provider, parameters, tenant));
  // Whoever asks has to say who it is (RFC 7662 section 2.1).
  if (text.empty() || method == ClientAuthentication::kNone) return std::string();
  const auto refused = [](LiteralText message) -> Result<std::string> {
    return Error{Code::kInvalidArgument, message}.at("/endpoint_parameters");
  };
  const auto url = http::Url::parse(text);
  if (!url || (url->scheme != "https" && !allow_plain_http)) {
    return refused("An introspection endpoint is an https address.");
  }
  if (clashes(url->query, is_in_form)) {
    return refused(
        "The query of the introspection endpoint holds a parameter that the request itself has.");
  }
  STRONGROOM_TRY(const http::Url server,
                 token_endpoint_for(provider, method, parameters, tenant, allow_plain_http));
  if (url->origin() != server.origin()) return std::string();
  return url->text;
}

Result<TokenRequest> build_introspection_request(const GrantClient& client,
                                                 const AccessToken& token) {
  const ClientAuthentication method = authentication_method(client.provider, client.authentication);
  TokenRequest request;
  STRONGROOM_TRY(request.message.url,
                 introspection_endpoint_text(client.provider, method, client.parameters,
                                             client.tenant, client.allow_plain_http));
  if (request.message.url.empty()) {
    return Error{Code::kConflict,
                 "The service provider has no address at which it is asked about tokens.",
                 {},
                 "no_introspection_endpoint"};
  }
  request.message.method = "POST";
  request.message.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                             {"Accept", "application/json"}};
  TokenForm form;
  form.add("token", token.reveal());
  form.add("token_type_hint", "access_token");
  STRONGROOM_TRY(const http::Url server,
                 token_endpoint_for(client.provider, method, client.parameters, client.tenant,
                                    client.allow_plain_http));
  STRONGROOM_CHECK(prove_who_it_is(client, server.text, form, request.message));
  request.message.body = form.body();
  request.summary = {.authentication = catalogue::to_text(method),
                     .by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                     method == ClientAuthentication::kClientSecretJwt,
                     .parameters = form.parameters()};
  request.message.limits.max_response_bytes = kMaxAnswer;
  return request;
}

IntrospectionResult read_introspection(const RawResult& answer, const TokenParties& parties) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  const auto body =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  if (response.status != kOk) {
    return tl::unexpected(
        read_refusal(response.status, response.headers, object, {}, response.sent_at));
  }
  if (object == nullptr) return malformed("no JSON object");
  return read_object(*object, parties, response.sent_at);
}

}  // namespace strongroom::oauth
