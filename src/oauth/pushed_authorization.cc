#include "oauth/pushed_authorization.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/provider_parser.h"
#include "catalogue/settings.h"
#include "oauth/answer.h"
#include "oauth/endpoint_query.h"
#include "oauth/refusal.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;

constexpr std::size_t kMaxRequestUri = 2'048;
constexpr std::int64_t kLongestLifetime = 3'600;  // a longer one cannot be meant, and no flow lasts

// Visible characters of which none ends an address or begins another part of it.
bool can_be_uri(std::string_view text) {
  const auto fits = [](char c) {
    return '!' <= c && c <= '~' && c != '"' && c != '#' && c != '\\';
  };
  return !text.empty() && text.size() <= kMaxRequestUri && std::ranges::all_of(text, fits) &&
         text.find(':') != std::string_view::npos && !text.starts_with(':');
}

Result<std::string> endpoint_of(const AuthorizationRequest& request) {
  STRONGROOM_TRY(const std::string text, catalogue::expand_pushed_authorization_request_endpoint(
                                             request.provider, request.parameters, request.tenant));
  const auto url = http::Url::parse(text);
  const bool is_safe = url && (url->scheme == "https" || request.allow_plain_http) &&
                       !clashes(url->query, catalogue::is_reserved_parameter);
  if (is_safe) return url->text;
  return Error{Code::kInvalidArgument,
               "Where authorization requests are pushed is an https address without parameters of "
               "such a request."}
      .at("/endpoint_parameters");
}

TokenFailure not_an_answer(const TokenAnswer& response, LiteralText why) {
  return {.cause = FailureCause::kMalformedAnswer, .message = why, .status = response.status};
}

}  // namespace

bool pushes_authorization(const catalogue::Provider& provider, ClientAuthentication method) {
  if (provider.pushed_authorization_request_endpoint.empty()) return false;
  // Servers that take certificates at another address do not ask for them at this one.
  const bool shown_elsewhere =
      catalogue::is_mutual_tls(method) && !provider.mtls_token_endpoint.empty();
  return provider.requires_pushed_authorization_requests || !shown_elsewhere;
}

Result<TokenRequest> build_pushed_authorization(const AuthorizationRequest& request,
                                                const GrantClient& client) {
  const ClientAuthentication method = authentication_method(client.provider, client.authentication);
  TokenRequest pushed;
  STRONGROOM_TRY(TokenForm form, authorization_form(request));
  STRONGROOM_TRY(pushed.message.url, endpoint_of(request));
  pushed.message.method = "POST";
  pushed.message.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                            {"Accept", "application/json"}};
  // An assertion is made out to the server, as everywhere (RFC 9126 section 2).
  STRONGROOM_TRY(const http::Url server,
                 token_endpoint_for(client.provider, method, client.parameters, client.tenant,
                                    client.allow_plain_http));
  STRONGROOM_CHECK(prove_who_it_is(client, server.text, form, pushed.message));
  pushed.summary.authentication = catalogue::to_text(method);
  pushed.summary.by_assertion = method == ClientAuthentication::kPrivateKeyJwt ||
                                method == ClientAuthentication::kClientSecretJwt;
  pushed.summary.parameters = form.parameters();
  pushed.message.body = form.body();
  pushed.message.limits.max_response_bytes = kMaxGrantAnswer;
  pushed.message.limits.max_header_bytes = kMaxGrantHeaders;
  return pushed;
}

PushedResult read_pushed_authorization(const RawResult& answer) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  const auto body =
      read_answer(response.headers, response.body.reveal(), catalogue::ResponseFormat::kJson);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  if (response.status != 201) {
    // RFC 9126 section 2.2 has no other status for success.
    if (response.status / 100 == 2) {
      return tl::unexpected(
          not_an_answer(response, "A pushed authorization request is answered with 201."));
    }
    return tl::unexpected(
        read_refusal(response.status, response.headers, object, {}, response.sent_at));
  }
  const json::value* const uri = object == nullptr ? nullptr : object->if_contains("request_uri");
  const json::value* const life = object == nullptr ? nullptr : object->if_contains("expires_in");
  if (uri == nullptr || !uri->is_string() || !can_be_uri(uri->get_string())) {
    return tl::unexpected(not_an_answer(response, "The answer has no request_uri that is one."));
  }
  if (life == nullptr || !life->is_int64() || life->get_int64() <= 0) {
    return tl::unexpected(not_an_answer(response, "The answer does not say how long it counts."));
  }
  return PushedAuthorization{RequestUri(std::string_view(uri->get_string())),
                             Seconds(std::min(life->get_int64(), kLongestLifetime))};
}

bool may_go_unpushed(const TokenFailure& failure) {
  return failure.status == 0 || failure.status >= 500 || failure.status == 404 ||
         failure.status == 405;
}

Result<AuthorizationUrl> pushed_authorization_url(const AuthorizationRequest& request,
                                                  const RequestUri& request_uri) {
  TokenForm form;
  form.add(request.provider.wire.client_id_parameter, request.consumer_key);
  form.add("request_uri", request_uri.reveal());
  return address_with(request, form);
}

}  // namespace strongroom::oauth
