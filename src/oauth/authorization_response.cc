#include "oauth/authorization_response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "http/message.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kMaxParameters = 50;

struct RegisteredError {
  std::string_view code;
  SignInFailure failure;
};

// RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707 section 2, RFC 9470
// section 4.
constexpr std::array kRegistered = {
    RegisteredError{"access_denied", SignInFailure::kAccessDenied},
    RegisteredError{"invalid_request", SignInFailure::kMisconfigured},
    RegisteredError{"unauthorized_client", SignInFailure::kMisconfigured},
    RegisteredError{"unsupported_response_type", SignInFailure::kMisconfigured},
    RegisteredError{"invalid_scope", SignInFailure::kInvalidScope},
    RegisteredError{"server_error", SignInFailure::kUnavailable},
    RegisteredError{"temporarily_unavailable", SignInFailure::kUnavailable},
    RegisteredError{"interaction_required", SignInFailure::kNeedsPerson},
    RegisteredError{"login_required", SignInFailure::kNeedsPerson},
    RegisteredError{"account_selection_required", SignInFailure::kNeedsPerson},
    RegisteredError{"consent_required", SignInFailure::kNeedsPerson},
    RegisteredError{"unmet_authentication_requirements", SignInFailure::kNeedsPerson},
    RegisteredError{"invalid_request_uri", SignInFailure::kMisconfigured},
    RegisteredError{"invalid_request_object", SignInFailure::kMisconfigured},
    RegisteredError{"request_not_supported", SignInFailure::kMisconfigured},
    RegisteredError{"request_uri_not_supported", SignInFailure::kMisconfigured},
    RegisteredError{"registration_not_supported", SignInFailure::kMisconfigured},
    RegisteredError{"invalid_target", SignInFailure::kInvalidTarget},
};

const RegisteredError* find_registered(std::string_view code) {
  const auto* const found = std::ranges::find(kRegistered, code, &RegisteredError::code);
  return found == kRegistered.end() ? nullptr : found;
}

// RFC 6749 appendix A.11: 1*VSCHAR.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAuthorizationCode &&
         std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

// The parameters by their names; wiped when they go. What OAuth does not know is looked at only to
// see that it comes once.
class Fields {
 public:
  Fields() = default;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() {
    for (auto& field : fields_) wipe(field.second);
  }

  Status read(std::string_view form) {
    while (!form.empty()) {
      const std::size_t end = form.find('&');
      const std::string_view field = form.substr(0, end);
      form.remove_prefix(end == std::string_view::npos ? form.size() : end + 1);
      if (!field.empty()) STRONGROOM_CHECK(add(field));
    }
    return {};
  }

  // nullptr: it is not there, or empty, which says as much (RFC 6749 section 3.1).
  const std::string* find(const char* name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() || found->second.empty() ? nullptr : &found->second;
  }

 private:
  Status add(std::string_view field) {
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = field.substr(std::min(equals + 1, field.size()));
    std::string name;
    if (fields_.size() == kMaxParameters ||
        !http::percent_decode(field.substr(0, equals), true, name)) {
      return refused("The answer of the service provider is not a form.");
    }
    const auto [place, is_new] = fields_.try_emplace(std::move(name));
    if (!is_new) return refused("The answer of the service provider says a parameter twice.");
    place->second.reserve(
        value.size());  // decoding makes nothing longer, so nothing is left behind
    if (!http::percent_decode(value, true, place->second)) {
      return refused("The answer of the service provider is not a form.");
    }
    return {};
  }

  std::map<std::string, std::string> fields_;
};

// "AADSTS65004: ..." holds 65004. Of what a provider writes these are all that is kept.
std::vector<std::int64_t> numbers_in(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kMost = 4;
  std::vector<std::int64_t> numbers;
  while (!prefix.empty() && numbers.size() < kMost) {
    const std::size_t at = text.find(prefix);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + prefix.size());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && number > 0) numbers.push_back(number);
  }
  return numbers;
}

SignInRefusal refusal_of(std::string_view code) {
  const RegisteredError* const registered = find_registered(code);
  if (registered == nullptr) return {SignInFailure::kRefused};
  return {registered->failure, registered->code};
}

}  // namespace

std::string_view registered_sign_in_error(std::string_view code) {
  const RegisteredError* const registered = find_registered(code);
  return registered == nullptr ? std::string_view() : registered->code;
}

Result<AuthorizationResponse> AuthorizationResponse::parse(std::string_view form) {
  if (form.size() > kMaxAuthorizationResponse) {
    return refused("The answer of the service provider is too long.");
  }
  Fields fields;
  STRONGROOM_CHECK(fields.read(form));
  const std::string* const state = fields.find("state");
  if (state == nullptr || !has_form_of_flow_secret(*state)) {
    return refused(
        "The answer of the service provider belongs to no sign-in that was started here.");
  }
  AuthorizationResponse response{State(*state)};
  if (const std::string* code = fields.find("code")) {
    response.is_broken_ = !is_code(*code);
    if (!response.is_broken_) response.code_ = AuthorizationCode(*code);
  }
  if (const std::string* issuer = fields.find("iss")) response.issuer_ = *issuer;
  if (const std::string* error = fields.find("error")) {
    response.has_error_ = true;
    response.error_code_ = registered_sign_in_error(*error);
    if (const std::string* text = fields.find("error_description")) response.description_ = *text;
  }
  return response;
}

tl::expected<AuthorizationCode, SignInRefusal> AuthorizationResponse::take(
    const ExpectedIssuer& expected) && {
  const bool is_wrong = issuer_ && !expected.issuer.empty() && *issuer_ != expected.issuer;
  if (is_wrong || (!issuer_ && expected.promised)) {
    return tl::unexpected(SignInRefusal{SignInFailure::kWrongIssuer});
  }
  // Both, or neither, is no answer that RFC 6749 knows.
  if (is_broken_ || has_error_ == code_.has_value()) {
    return tl::unexpected(SignInRefusal{SignInFailure::kMalformed});
  }
  if (has_error_) {
    SignInRefusal refusal = refusal_of(error_code_);
    refusal.numbers = numbers_in(description_, expected.number_prefix);
    return tl::unexpected(std::move(refusal));
  }
  return *std::move(code_);
}

}  // namespace strongroom::oauth
