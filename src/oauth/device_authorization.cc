#include "oauth/device_authorization.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/device_endpoint.h"
#include "catalogue/provider_parser.h"
#include "oauth/answer.h"
#include "oauth/authorization_code.h"
#include "oauth/authorization_request.h"
#include "oauth/client_authentication.h"
#include "oauth/endpoint_query.h"
#include "oauth/lifetime.h"
#include "oauth/refusal.h"
#include "oauth/scope_text.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::Grant;
using catalogue::Provider;

// Stands for a tenant that only the clients of a target system will name.
constexpr std::string_view kSomeTenant = "tenant.example";
constexpr std::size_t kMaxAddressBytes = 2048;
constexpr std::int64_t kMostDoublings = 6;
constexpr Seconds kLongestPause{300};

Result<std::string> device_endpoint(const Provider& provider,
                                    const catalogue::Parameters& parameters,
                                    std::string_view tenant, bool allow_plain_http) {
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_device_endpoint(provider, parameters, tenant));
  const auto refused = [](LiteralText message) -> Result<std::string> {
    return Error{Code::kInvalidArgument, message}.at("/endpoint_parameters");
  };
  if (text.empty()) {
    return refused(
        "The address at which codes for other devices are asked for is missing: the device "
        "authorization endpoint.");
  }
  const auto url = http::Url::parse(text);
  if (!url || (url->scheme != "https" && !allow_plain_http)) {
    return refused("A device authorization endpoint is an https address.");
  }
  if (clashes(url->query, catalogue::is_reserved_parameter)) {
    return refused(
        "The query of the device authorization endpoint holds a parameter that the request itself "
        "has.");
  }
  return url->text;
}

TokenFailure malformed(std::string_view member) {
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.message =
      "What the service provider answered is no code for another device: its address must be "
      "https, its code short and visible, and it must say how long it is good for.";
  failure.status = 200;
  failure.detail = "device authorization: " + std::string(member);
  return failure;
}

// Empty: it is not there, not a text, or too long for one.
std::string_view text_of(const json::object& answer, std::string_view name, std::size_t longest) {
  const json::value* const value = answer.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || text->size() > longest) return {};
  return *text;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

std::optional<http::Url> https_address(std::string_view text) {
  if (text.empty() || !is_visible(text)) return std::nullopt;
  auto url = http::Url::parse(text);
  if (!url || url->scheme != "https") return std::nullopt;
  return *std::move(url);
}

// What is no whole number says as little as a member that is not there.
Seconds read_interval(const json::object& answer) {
  const json::value* const value = answer.if_contains("interval");
  if (value == nullptr) return kDefaultPollInterval;
  if (value->is_uint64()) return kLongestPollInterval;
  if (!value->is_int64()) return kDefaultPollInterval;
  return Seconds(
      std::clamp<std::int64_t>(value->get_int64(), 1, std::int64_t{kLongestPollInterval.count()}));
}

DeviceAuthorizationResult read_success(const json::object& answer) {
  const std::string_view code = text_of(answer, "device_code", kMaxDeviceCodeBytes);
  if (code.empty() || !is_visible(code)) return tl::unexpected(malformed("device_code"));
  const std::string_view user_code = text_of(answer, "user_code", kMaxUserCodeBytes);
  if (user_code.empty() || !is_visible(user_code)) return tl::unexpected(malformed("user_code"));
  // The name that drafts of the RFC had is what some still send: Google.
  const char* const name =
      answer.contains("verification_uri") ? "verification_uri" : "verification_url";
  const auto address = https_address(text_of(answer, name, kMaxAddressBytes));
  if (!address) return tl::unexpected(malformed("verification_uri"));
  const auto lifetime = read_lifetime(answer.if_contains("expires_in"), {});
  if (!lifetime || *lifetime <= Seconds{0}) return tl::unexpected(malformed("expires_in"));
  DeviceAuthorization read{.code = DeviceCode(code),
                           .user_code = std::string(user_code),
                           .verification_uri = address->text,
                           .verification_uri_complete = {},
                           .lifetime = std::min(*lifetime, kLongestDeviceCode),
                           .interval = read_interval(answer)};
  const auto complete =
      https_address(text_of(answer, "verification_uri_complete", kMaxAddressBytes));
  if (complete && complete->origin() == address->origin()) {
    read.verification_uri_complete = complete->text;
  }
  return read;
}

std::string_view error_of(const json::object* answer) {
  return answer == nullptr ? std::string_view() : text_of(*answer, "error", 100);
}

}  // namespace

Status check_device_sign_in(const Provider& provider, const catalogue::Parameters& parameters,
                            std::string_view tenant, std::string_view consumer_key,
                            std::optional<catalogue::ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http) {
  const std::string_view some_tenant =
      provider.supports_tenant() && tenant.empty() ? kSomeTenant : tenant;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kDeviceCode, some_tenant));
  const auto method = authentication_method(provider, authentication);
  if (!consumer_key.empty()) STRONGROOM_CHECK(check_client_id(provider, method, consumer_key));
  STRONGROOM_CHECK(check_public_client(provider, method, Grant::kDeviceCode));
  STRONGROOM_TRY(const std::vector<std::string> asked, catalogue::sign_in_scopes(provider, scopes));
  if (provider.discovery) return catalogue::check_parameters(provider, parameters);
  STRONGROOM_CHECK(token_endpoint_for(provider, method, parameters, some_tenant, allow_plain_http));
  STRONGROOM_CHECK(device_endpoint(provider, parameters, some_tenant, allow_plain_http));
  STRONGROOM_TRY(const catalogue::OpenidParties parties,
                 catalogue::expand_openid(provider, parameters, some_tenant));
  if (!asks_for_id_token(asked) || (!parties.issuer.empty() && !parties.jwks_uri.empty())) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               "The scope openid asks for ID tokens: enter the issuer and the address of its keys, "
               "too."}
      .at("/scopes");
}

Result<TokenRequest> build_device_authorization_request(const GrantClient& client,
                                                        const std::vector<std::string>& scopes) {
  const Provider& provider = client.provider;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kDeviceCode, client.tenant));
  STRONGROOM_TRY(
      const std::string endpoint,
      device_endpoint(provider, client.parameters, client.tenant, client.allow_plain_http));
  STRONGROOM_TRY(const std::vector<std::string> asked, catalogue::sign_in_scopes(provider, scopes));
  TokenForm form;
  form.add("scope", join_scopes(asked, provider.scopes.delimiter));
  STRONGROOM_TRY(TokenRequest request,
                 build_grant_request(client, std::move(form), {.rules = provider.response}));
  request.message.url = endpoint;
  return request;
}

DeviceAuthorizationResult read_device_authorization(const RawAnswer& answer) {
  const TokenAnswer& response = answer.response;
  const catalogue::ResponseRules& rules = answer.reading.expectation.rules;
  const auto body = read_answer(response.headers, response.body.reveal(), rules.format);
  const json::object* const object = body.has_value() ? body->if_object() : nullptr;
  // Some say no with 200: GitHub.
  if (response.status == 200 && object != nullptr && error_of(object).empty()) {
    return read_success(*object);
  }
  if (response.status == 200 && object == nullptr) {
    return tl::unexpected(malformed("not an answer"));
  }
  return tl::unexpected(
      read_refusal(response.status, response.headers, object, rules, response.sent_at));
}

Result<TokenRequest> build_device_token_request(const GrantClient& client, const DeviceCode& code,
                                                const std::vector<std::string>& scopes) {
  const Provider& provider = client.provider;
  STRONGROOM_CHECK(check_grant_and_tenant(provider, Grant::kDeviceCode, client.tenant));
  STRONGROOM_TRY(Expectation expectation, code_expectation(provider, scopes));
  TokenForm form;
  form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
  form.add("device_code", code.reveal());
  return build_grant_request(client, std::move(form), std::move(expectation));
}

// The status says little: providers send these with 400, 403, 428 (Google) or 200 (GitHub). But
// whoever is down says nothing of the code.
DevicePoll read_device_poll(const TokenAnswer& answer, const AnswerReading& reading) {
  constexpr std::array<std::pair<std::string_view, DevicePoll>, 5> kMeanings{
      {{"authorization_pending", DevicePoll::kPending},
       {"slow_down", DevicePoll::kSlowDown},
       {"access_denied", DevicePoll::kDenied},
       {"authorization_declined", DevicePoll::kDenied},  // Microsoft
       {"expired_token", DevicePoll::kExpired}}};
  if (answer.status >= 500) return DevicePoll::kOther;
  const auto body =
      read_answer(answer.headers, answer.body.reveal(), reading.expectation.rules.format);
  const std::string_view error = error_of(body.has_value() ? body->if_object() : nullptr);
  for (const auto& [code, meaning] : kMeanings) {
    if (code == error) return meaning;
  }
  return answer.status == 429 ? DevicePoll::kSlowDown : DevicePoll::kOther;
}

Seconds poll_pause(Seconds interval, std::int64_t timeouts) {
  const auto doublings = std::clamp<std::int64_t>(timeouts, 0, kMostDoublings);
  return std::max(interval, std::min(interval * (1 << doublings), kLongestPause));
}

}  // namespace strongroom::oauth
