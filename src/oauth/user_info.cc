#include "oauth/user_info.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/jws_verify.h"
#include "oauth/answer.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

// As of ID tokens: their claims are looked into together.
constexpr JsonLimits kLimits{.max_bytes = crypto::kMaxJwsBytes, .max_depth = 16};
// Somebody's browser waits for it.
constexpr std::chrono::milliseconds kLongestWait{10'000};
constexpr int kOk = 200;

Error refused(std::string why) {
  return Error{Code::kInvalidArgument, "What the provider says of the user cannot be used.",
               std::move(why)};
}

Result<json::object> read_object(std::string_view text) {
  STRONGROOM_TRY(json::value value, parse_json(text, kLimits));
  if (!value.is_object()) return refused("no object");
  return std::move(value.get_object());
}

}  // namespace

TokenRequest user_info_request(std::string endpoint, const AccessToken& token) {
  TokenRequest request;
  request.message.method = "GET";
  request.message.url = std::move(endpoint);
  request.message.headers = {{"Accept", "application/json"}};
  request.message.secret_header.emplace("Authorization: Bearer " + std::string(token.reveal()));
  request.message.limits.max_response_bytes = crypto::kMaxJwsBytes;
  return request;
}

Result<std::string> with_user_info(std::string_view claims, const UserInfoText& info,
                                   std::string_view subject) {
  STRONGROOM_TRY(json::object all, read_object(claims));
  const auto said = read_object(info.reveal());
  if (!said) return refused(said.error().detail);
  const json::value* const whose = said->if_contains("sub");
  if (whose == nullptr || !whose->is_string() || std::string_view(whose->get_string()) != subject) {
    return refused("sub");
  }
  for (const auto& [name, value] : *said) all.insert(json::key_value_pair(name, value));
  std::string text = json::serialize(all);
  if (text.size() > kLimits.max_bytes) return refused("too long");
  return text;
}

UserInfoResult UserInfoClient::read_and_wait(TokenRequest request) {
  http::OutgoingRequest& message = request.message;
  message.limits.total_timeout = std::min(message.limits.total_timeout, kLongestWait);
  http::ExchangeResult answer = http::send_and_wait(client_, std::move(message));
  if (!answer) return tl::unexpected(classify(answer.error()));
  if (answer->status == kOk && says_json(answer->headers)) {
    return UserInfoText(std::string(answer->body.reveal()));
  }
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.status = answer->status;
  failure.detail = "the address of the user's info has no JSON";
  return tl::unexpected(std::move(failure));
}

}  // namespace strongroom::oauth
