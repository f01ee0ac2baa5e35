#include "identity/sign_on_refusal.h"

#include <algorithm>
#include <array>

namespace strongroom::identity {
namespace {

constexpr LiteralText kTryAgain = "Go back to the sign-in page and press the button again.";
constexpr LiteralText kAskAdministrator =
    "Ask whoever manages users here. The audit log says which account it was.";
constexpr LiteralText kAskForSettings =
    "Whoever manages single sign-on here must look at its settings, and press Test there.";

constexpr std::array kFacts{
    SignOnRefusalFacts{SignOnRefusal::kNotStartedHere, "not_started_here",
                       "This answer belongs to no sign-in that was started here, or to one that is "
                       "over.",
                       kTryAgain},
    SignOnRefusalFacts{SignOnRefusal::kWrongBrowser, "wrong_browser",
                       "The sign-in was started in another browser.", kTryAgain},
    SignOnRefusalFacts{SignOnRefusal::kSettingsChanged, "settings_changed",
                       "The settings of single sign-on were changed meanwhile.", kTryAgain},
    SignOnRefusalFacts{SignOnRefusal::kWrongIssuer, "wrong_issuer",
                       "The answer came from another provider than the one that was asked.",
                       kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kRefusedThere, "refused_there",
                       "The provider did not let you sign in, or you cancelled it there.",
                       "Try again, or ask whoever runs the provider whether you may use this "
                       "application."},
    SignOnRefusalFacts{SignOnRefusal::kBadAnswer, "bad_answer",
                       "The provider's answer cannot be understood.", kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kCodeRefused, "code_refused",
                       "The provider did not confirm the sign-in to us.", kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kUnreachable, "unreachable",
                       "The provider does not answer us.",
                       "Try again in a minute. If it stays so, whoever manages single sign-on here "
                       "must press Test in its settings."},
    SignOnRefusalFacts{SignOnRefusal::kMoved, "issuer_moved",
                       "The provider's endpoints are elsewhere than when it was entered here.",
                       kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kBadIdToken, "bad_id_token",
                       "What the provider says of who signed in is not to be believed.",
                       kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kNoName, "no_name",
                       "The provider does not say what you are called.", kAskForSettings},
    SignOnRefusalFacts{SignOnRefusal::kUnknownUser, "unknown_user",
                       "You signed in at the provider, and nobody here is known by your name.",
                       kAskAdministrator},
    SignOnRefusalFacts{SignOnRefusal::kExistingUser, "existing_user",
                       "You signed in at the provider, and there is a user here with your name who "
                       "is not linked to your account.",
                       kAskAdministrator},
    SignOnRefusalFacts{SignOnRefusal::kLookAlike, "look_alike",
                       "You signed in at the provider, and your name there could be taken for "
                       "somebody else's: people here could not tell you apart.",
                       kAskAdministrator},
    SignOnRefusalFacts{SignOnRefusal::kDisabled, "disabled",
                       "You signed in at the provider, and your user here is disabled.",
                       kAskAdministrator},
    SignOnRefusalFacts{SignOnRefusal::kOtherAccount, "other_account",
                       "This is not the account of whoever is signed in here, or nobody is any "
                       "more.",
                       "Sign in there as the same person again, or sign out here first."},
    SignOnRefusalFacts{SignOnRefusal::kNotFresh, "not_fresh",
                       "The provider did not ask you again who you are, or does not say when it "
                       "did.",
                       "Sign out here and sign in again. Whoever runs the provider must have it "
                       "honour max_age and put auth_time into ID tokens."},
    SignOnRefusalFacts{SignOnRefusal::kUnavailable, "unavailable",
                       "Nobody can sign in right now: it could not be written down.",
                       "Try again in a minute."},
};

}  // namespace

const SignOnRefusalFacts& facts_of(SignOnRefusal refusal) {
  return *std::ranges::find(kFacts, refusal, &SignOnRefusalFacts::refusal);
}

const SignOnRefusalFacts* find_sign_on_refusal(std::string_view name) {
  const auto* found =
      std::ranges::find(kFacts, name, [](const auto& facts) { return facts.name.view(); });
  return found == kFacts.end() ? nullptr : found;
}

}  // namespace strongroom::identity
