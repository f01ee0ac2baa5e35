#pragma once
// What a person's browser brings back from a provider: RFC 6749 sections 4.1.2 and 4.1.2.1, with
// the issuer of RFC 9207. Every byte of it may be somebody else's.
//
// Nothing of an answer can be looked at but its state, until it is known whose answer it must be:
// the flow that the state names says which issuer was asked.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/result.h"
#include "base/secret.h"
#include "oauth/flow_secrets.h"

namespace strongroom::oauth {

// Gives tokens to whoever redeems it first (RFC 6749 section 4.1.2).
using AuthorizationCode = Secret<struct AuthorizationCodeKind>;

inline constexpr std::size_t kMaxAuthorizationCode = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxAuthorizationResponse = std::size_t{32} * 1024;

// Why there is no code.
enum class SignInFailure : std::uint8_t {
  kWrongIssuer,    // the answer is another issuer's, or leaves out the name that it promises
  kMalformed,      // there is no code that is one, or an error beside it
  kAccessDenied,   // the person, or a policy, said no
  kNeedsPerson,    // login, consent or a choice is needed that the provider was not let ask for
  kInvalidScope,   // of the settings
  kInvalidTarget,  // a resource that the provider does not know
  kMisconfigured,  // another mistake of the request, so of the settings
  kUnavailable,    // the provider cannot answer now
  kRefused,        // for a reason that no registry has
};

// Nothing that the peer wrote leaves through here.
struct SignInRefusal {
  SignInFailure failure;
  std::string_view error_code = {};        // a registered one, as our own literal; or empty
  std::vector<std::int64_t> numbers = {};  // the provider's own, of its error; at most four
};

// Which issuer the flow asked.
struct ExpectedIssuer {
  std::string_view issuer;  // empty: not known, so none is compared
  // authorization_response_iss_parameter_supported (RFC 9207 section 3).
  bool promised = false;
  // AuthorizationRules::error_number_prefix.
  std::string_view number_prefix = {};
};

class AuthorizationResponse {
 public:
  // Reads the query of a callback, or the body of a form post; without its '?'. The caller wipes
  // it.
  //
  // Errors: kInvalidArgument: longer than kMaxAuthorizationResponse, not a form, a parameter twice
  // no state, or one that is none of ours.
  static Result<AuthorizationResponse> parse(std::string_view form);

  // What the flow is found by; whoever finds one uses it up, whatever take() answers then.
  const State& state() const { return state_; }

  // The code, if `expected` is who answers. Compared code point by code point; an issuer
  // that is there counts though nobody promised it. An error counts only then.
  tl::expected<AuthorizationCode, SignInRefusal> take(const ExpectedIssuer& expected) &&;

 private:
  explicit AuthorizationResponse(State state) : state_(std::move(state)) {}

  State state_;
  std::optional<AuthorizationCode> code_;  // nullopt: none, or one that is none (is_broken_)
  std::optional<std::string> issuer_;
  bool has_error_ = false;
  bool is_broken_ = false;
  std::string_view error_code_;
  std::string description_;  // read for numbers, and never shown
};

// "access_denied" of a registered error code as a literal; empty: it is none.
std::string_view registered_sign_in_error(std::string_view code);

}  // namespace strongroom::oauth
