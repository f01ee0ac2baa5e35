#include "oauth/oauth1_callback.h"

#include <algorithm>
#include <array>
#include <string>

#include "crypto/equal.h"
#include "oauth/oauth1_form.h"

namespace strongroom::oauth {
namespace {

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

// Of OAuth Problem Reporting: somebody, or a policy, said no.
bool is_refusal(std::string_view problem) {
  constexpr std::array<std::string_view, 2> kRefusals{"user_refused", "permission_denied"};
  return std::ranges::find(kRefusals, problem) != kRefusals.end();
}

bool is_verifier(std::string_view text) { return is_oauth1_text(text, kMaxOauth1Verifier); }

}  // namespace

Result<Oauth1Callback> Oauth1Callback::parse(std::string_view query) {
  if (query.size() > kMaxAuthorizationResponse) {
    return refused("The answer of the service provider is too long.");
  }
  STRONGROOM_TRY(const Oauth1Form fields, Oauth1Form::read(query));
  const std::string* token = fields.find_said("oauth_token");
  const std::string* const denied = fields.find_said("denied");
  if (token == nullptr) token = denied;  // X names the token nowhere else then
  if (token == nullptr || !is_oauth1_text(*token, kMaxOauth1Token)) {
    return refused(
        "The answer of the service provider belongs to no sign-in that was started here.");
  }
  Oauth1Callback callback{Oauth1Token(*token)};
  if (const std::string* state = fields.find_said("state")) {
    if (!has_form_of_flow_secret(*state)) {
      return refused(
          "The answer of the service provider belongs to no sign-in that was started here.");
    }
    callback.state_.emplace(*state);
  }
  if (const std::string* verifier = fields.find_said("oauth_verifier")) {
    if (is_verifier(*verifier)) callback.verifier_.emplace(*verifier);
  }
  const std::string* const problem = fields.find_said("oauth_problem");
  callback.is_denied_ = denied != nullptr || (problem != nullptr && is_refusal(*problem));
  callback.has_problem_ = problem != nullptr;
  return callback;
}

tl::expected<Oauth1Verifier, SignInRefusal> Oauth1Callback::take(const Oauth1Token& started) && {
  if (!crypto::constant_time_equal(token_.reveal(), started.reveal())) {
    return tl::unexpected(SignInRefusal{SignInFailure::kMalformed});
  }
  if (is_denied_) return tl::unexpected(SignInRefusal{SignInFailure::kAccessDenied});
  if (has_problem_) return tl::unexpected(SignInRefusal{SignInFailure::kRefused});
  if (!verifier_) return tl::unexpected(SignInRefusal{SignInFailure::kMalformed});
  return *std::move(verifier_);
}

std::optional<Oauth1Verifier> read_typed_verifier(std::string_view text) {
  const std::string_view typed = without_blanks(text);
  if (!is_verifier(typed)) return std::nullopt;
  return Oauth1Verifier(typed);
}

}  // namespace strongroom::oauth
