#pragma once
// What a person's browser brings back from a provider in OAuth 1.0a: RFC 5849 section 2.2. Every
// byte of it may be somebody else's.

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "base/result.h"
#include "oauth/authorization_response.h"
#include "oauth/flow_secrets.h"
#include "oauth/oauth1_credentials.h"

namespace strongroom::oauth {

class Oauth1Callback {
 public:
  // Reads the query of a callback without its '?'. The caller wipes it.
  //
  // Errors: kInvalidArgument: longer than kMaxAuthorizationResponse, not a form, a parameter twice
  // a state that is none of ours, or neither oauth_token nor denied.
  static Result<Oauth1Callback> parse(std::string_view query);

  // There if the callback that was asked for had one in its query: what the flow is found by;
  // whoever finds one uses it up, whatever take() answers then.
  const std::optional<State>& state() const { return state_; }
  // Names the flow too, and says nothing about whose browser brings it.
  const Oauth1Token& token() const { return token_; }

  // The verifier, if `started` are the temporary credentials of this flow. kAccessDenied
  // where the person said no, as "denied" or as an "oauth_problem"; kMalformed: another
  // token, or no verifier that is one.
  tl::expected<Oauth1Verifier, SignInRefusal> take(const Oauth1Token& started) &&;

 private:
  explicit Oauth1Callback(Oauth1Token token) : token_(std::move(token)) {}

  std::optional<State> state_;
  Oauth1Token token_;
  std::optional<Oauth1Verifier> verifier_;  // nullopt: none, or one that is none
  bool is_denied_ = false;
  bool has_problem_ = false;
};

// The verifier that a person carried over by hand, with blanks around it trimmed; nullopt: it is
// none.
std::optional<Oauth1Verifier> read_typed_verifier(std::string_view text);

}  // namespace strongroom::oauth
