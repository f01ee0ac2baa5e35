#include "oauth/verification.h"

#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "catalogue/inquiry_endpoints.h"
#include "http/url.h"
#include "oauth/answer.h"
#include "oauth/refusal.h"
#include "oauth/success_members.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::VerificationRules;

constexpr int kUnauthorized = 401;
constexpr std::size_t kMaxAnswer = std::size_t{256} * 1024;
constexpr JsonLimits kLimits{.max_bytes = kMaxAnswer, .max_depth = 32};

bool is_success(int status) { return status >= 200 && status < 300; }

// Whose token it is: a text or a number at the end of the path.
std::string account_in(const json::value& answer, const VerificationRules& rules) {
  if (rules.account_path.empty()) return {};
  const json::value* value = &answer;
  for (const std::string& name : rules.account_path) {
    const json::object* const object = value->if_object();
    value = object == nullptr ? nullptr : object->if_contains(name);
    if (value == nullptr) return {};
  }
  std::string text;
  if (value->is_string()) text = value->get_string();
  if (value->is_int64()) text = std::to_string(value->get_int64());
  return shown_account(std::move(text));
}

}  // namespace

std::string shown_account(std::string account) {
  const bool may_be_shown = account.size() <= kMaxShownAccount && !has_control_character(account);
  return may_be_shown ? std::move(account) : std::string();
}

Result<std::string> verification_endpoint_text(const catalogue::Provider& provider,
                                               const catalogue::Parameters& parameters,
                                               std::string_view tenant, bool allow_plain_http) {
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_verification_endpoint(provider, parameters, tenant));
  if (text.empty()) return text;
  const auto url = http::Url::parse(text);
  if (url && (url->scheme == "https" || allow_plain_http)) return url->text;
  return Error{Code::kInvalidArgument, "A token is verified at an https address."}.at(
      "/endpoint_parameters");
}

TokenRequest verification_request(const VerificationRules& rules, std::string endpoint,
                                  const AccessToken& token) {
  TokenRequest request;
  request.message.method = rules.with_post ? "POST" : "GET";
  request.message.url = std::move(endpoint);
  for (const catalogue::TokenField& header : rules.headers) {
    request.message.headers.push_back({header.name, header.literal});
  }
  if (http::find_header(request.message.headers, "Accept") == nullptr) {
    request.message.headers.push_back({"Accept", "application/json"});
  }
  request.message.secret_header.emplace("Authorization: Bearer " + std::string(token.reveal()));
  request.message.limits.max_response_bytes = kMaxAnswer;
  return request;
}

TokenCallResult read_verification(const RawResult& answer, const VerificationRules& rules) {
  if (!answer) return tl::unexpected(answer.error());
  const TokenAnswer& response = answer->response;
  if (response.status == kUnauthorized) return TokenCall{.works = false};
  if (!is_success(response.status)) {
    return tl::unexpected(
        read_refusal(response.status, response.headers, nullptr, {}, response.sent_at));
  }
  const auto body = says_json(response.headers)
                        ? parse_json(response.body.reveal(), kLimits)
                        : Result<json::value>(Error{Code::kInvalidArgument, "No JSON."});
  if (!rules.success.empty()) {
    const json::object* const object = body.has_value() ? body->if_object() : nullptr;
    if (object == nullptr) {
      TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
      failure.status = response.status;
      return tl::unexpected(std::move(failure));
    }
    if (!hold(rules.success, *object)) return TokenCall{.works = false};
  }
  return TokenCall{.works = true, .account = body.has_value() ? account_in(*body, rules) : ""};
}

}  // namespace strongroom::oauth
