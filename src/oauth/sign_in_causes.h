#pragma once
// Why somebody's signing in gave no tokens, beyond what a token request can fail with: each with
// plain words, the one who must act, and where.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/response_rules.h"
#include "oauth/authorization_response.h"
#include "oauth/failure_causes.h"

namespace strongroom::oauth {

enum class SignInCause : std::uint8_t {
  kConsentRefused,   // the person, or a policy, said no
  kNeedsPerson,      // a choice or consent is needed that the provider was not let ask for
  kWrongIssuer,      // the answer is another issuer's
  kMalformedAnswer,  // the answer is none that RFC 6749 knows
  kWrongBrowser,     // not the one in which Continue was pressed
  kWrongCallback,    // it came to another callback than the one that was sent
  kSettingsChanged,  // the target system or the client was changed meanwhile
  kIdTokenInvalid,   // it does not say who signed in, or not to us
  kKeysUnreadable,   // the keys that ID tokens are signed with
  kNoToken,          // out of band: what was entered is no code
  kAbandoned,        // nobody came back in time
  kLost,             // what the provider answered did not arrive, or the server was stopped
  kCodeExpired,      // a code for another device: nobody approved before it ended
  kPasswordRefused,  // the provider does not take this user name with this password
  kPasswordLost,     // what it answered to them did not arrive
};

struct SignInCauseFacts {
  SignInCause cause;
  LiteralText name;  // stable: "consent_refused"
  LiteralText message;
  WhoMustAct who;
  LiteralText where;
};
const SignInCauseFacts& facts_of(SignInCause cause);
// nullptr: the name is another's.
const SignInCauseFacts* find_sign_in_cause(std::string_view name);

// The name of the cause of a refusal: what its numbers say, where the provider's entry knows them,
// else what its error code says. Of a SignInCause or a FailureCause.
std::string_view cause_name_of(const SignInRefusal& refusal, const catalogue::ResponseRules& rules);

}  // namespace strongroom::oauth
