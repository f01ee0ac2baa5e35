#pragma once
// Why somebody did not get in by single sign-on, in plain words.

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace strongroom::identity {

enum class SignOnRefusal : std::uint8_t {
  kNotStartedHere,   // this answer belongs to nothing that was started here, or to what is over
  kWrongBrowser,     // not the one in which the button was pressed
  kSettingsChanged,  // meanwhile, or the provider was removed
  kWrongIssuer,      // the answer is another issuer's
  kRefusedThere,     // the provider, or the person there, said no
  kBadAnswer,        // the answer is none that RFC 6749 knows
  kCodeRefused,      // the code was not taken, or our client secret
  kUnreachable,      // the provider does not answer, or its keys cannot be read
  kMoved,            // its metadata leads elsewhere than when it was entered
  kBadIdToken,       // it does not say who signed in, or not to us
  kNoName,           // the claim that should have the user's name has none
  kUnknownUser,      // nobody here has this name, and users are not made
  kLookAlike,        // the name could be taken for somebody else's, so no user is made
  kExistingUser,     // somebody here has this name, and is not linked to the account
  kDisabled,         // who it is does not get in
  kOtherAccount,     // a session is to be renewed, and its user is not who signed in
  kNotFresh,         // a session is to be renewed, and the provider did not ask the person again
  kUnavailable,      // nothing can be written here right now
};

struct SignOnRefusalFacts {
  SignOnRefusal refusal;
  LiteralText name;     // stable: "existing_user"
  LiteralText message;  // for whoever stands before the door
  LiteralText advice;   // what to do, and who
};
const SignOnRefusalFacts& facts_of(SignOnRefusal refusal);
// nullptr: it is no name of one.
const SignOnRefusalFacts* find_sign_on_refusal(std::string_view name);

}  // namespace strongroom::identity
