#include "oauth/sign_in_causes.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "oauth/refusal.h"

namespace strongroom::oauth {
namespace {

using enum SignInCause;

// In the order of the enumeration.
constexpr std::array kFacts = {
    SignInCauseFacts{kConsentRefused, "consent_refused",
                     "Whoever signed in did not consent, or a policy does not let them.",
                     WhoMustAct::kAccountOwner,
                     "At the provider: sign in again and consent; with a new link."},
    SignInCauseFacts{kNeedsPerson, "interaction_needed",
                     "The service provider needs a sign-in, a choice of account or a consent that "
                     "did not take place.",
                     WhoMustAct::kAccountOwner, "At the provider: sign in again, with a new link."},
    SignInCauseFacts{kWrongIssuer, "wrong_issuer",
                     "The answer came from another authorization server than the one that was "
                     "asked. It was not used.",
                     WhoMustAct::kOperator,
                     "Target system: issuer. If it is right, somebody may be attacking: see the "
                     "audit log."},
    SignInCauseFacts{kMalformedAnswer, "malformed_answer_to_sign_in",
                     "The service provider's answer is none that OAuth knows.",
                     WhoMustAct::kProvider, "At the provider: its log of sign-ins."},
    SignInCauseFacts{kWrongBrowser, "wrong_browser",
                     "The answer came back in another browser than the one in which Continue was "
                     "pressed. It was not used.",
                     WhoMustAct::kAccountOwner,
                     "Open a new link, and stay in one browser until it says that it is done."},
    SignInCauseFacts{kWrongCallback, "wrong_callback",
                     "The answer came back to another callback address than the one that was "
                     "sent. It was not used.",
                     WhoMustAct::kTargetSystemOwner,
                     "At the provider: the redirect URI of the application."},
    SignInCauseFacts{kSettingsChanged, "settings_changed",
                     "The target system or the client was changed while somebody was signing in.",
                     WhoMustAct::kNobody, "Sign in again, with a new link."},
    SignInCauseFacts{kIdTokenInvalid, "id_token_invalid",
                     "The service provider's ID token does not say what it must, so it is not "
                     "known who signed in. The tokens were thrown away.",
                     WhoMustAct::kTargetSystemOwner,
                     "Target system: issuer, tenant; and the clocks of both servers."},
    SignInCauseFacts{kKeysUnreadable, "keys_unreadable",
                     "The keys that the service provider signs ID tokens with could not be read.",
                     WhoMustAct::kTargetSystemOwner,
                     "Target system: the address of its keys; network and trusted CA."},
    SignInCauseFacts{kNoToken, "verifier_wrong",
                     "What was entered is not a verifier of this sign-in.",
                     WhoMustAct::kAccountOwner, "Sign in again, and enter what is shown then."},
    SignInCauseFacts{kAbandoned, "sign_in_abandoned",
                     "Nobody came back from the service provider within ten minutes.",
                     WhoMustAct::kAccountOwner, "Sign in again, with a new link."},
    SignInCauseFacts{kLost, "sign_in_lost",
                     "The service provider's answer to the code did not arrive whole. A code works "
                     "once, so it was not sent again.",
                     WhoMustAct::kAccountOwner, "Sign in again, with a new link."},
    SignInCauseFacts{kCodeExpired, "device_code_expired",
                     "Nobody entered the code at the service provider, and approved, before it "
                     "expired.",
                     WhoMustAct::kAccountOwner,
                     "Ask for a new code, and enter it at the provider."},
    SignInCauseFacts{
        kPasswordRefused, "password_refused",
        "The service provider does not accept this user name with this password, or "
        "does not let the account sign in like this.",
        WhoMustAct::kAccountOwner,
        "OAuth client: enter them again. With a second factor, the account cannot sign "
        "in like this."},
    SignInCauseFacts{
        kPasswordLost, "password_answer_lost",
        "The service provider's answer to user name and password did not arrive whole, "
        "or could not be stored. They are not kept, and were not sent again.",
        WhoMustAct::kAccountOwner, "OAuth client: enter them again."},
};
static_assert(kFacts.size() == static_cast<std::size_t>(kPasswordLost) + 1);

SignInCause cause_of(SignInFailure failure) {
  switch (failure) {
    case SignInFailure::kWrongIssuer:
      return kWrongIssuer;
    case SignInFailure::kMalformed:
      return kMalformedAnswer;
    case SignInFailure::kNeedsPerson:
      return kNeedsPerson;
    default:
      return kConsentRefused;
  }
}

// What the error code of a sign-in says that the one of a token request says as well.
const CauseFacts* shared_cause_of(SignInFailure failure) {
  switch (failure) {
    case SignInFailure::kInvalidScope:
      return &facts_of(FailureCause::kInvalidScope);
    case SignInFailure::kInvalidTarget:
      return &facts_of(FailureCause::kInvalidTarget);
    case SignInFailure::kMisconfigured:
      return &facts_of(FailureCause::kInvalidRequest);
    case SignInFailure::kUnavailable:
      return &facts_of(FailureCause::kProviderUnavailable);
    case SignInFailure::kRefused:
      return &facts_of(FailureCause::kRefused);
    default:
      return nullptr;
  }
}

}  // namespace

const SignInCauseFacts& facts_of(SignInCause cause) {
  return kFacts.at(static_cast<std::size_t>(cause));
}

const SignInCauseFacts* find_sign_in_cause(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kFacts, [&](const SignInCauseFacts& facts) { return facts.name.view() == name; });
  return found == kFacts.end() ? nullptr : found;
}

std::string_view cause_name_of(const SignInRefusal& refusal,
                               const catalogue::ResponseRules& rules) {
  for (const std::int64_t number : refusal.numbers) {
    const auto stated = rules.error_causes.find(number);
    if (stated != rules.error_causes.end()) return facts_of(cause_of(stated->second)).name.view();
  }
  if (const CauseFacts* shared = shared_cause_of(refusal.failure)) return shared->name.view();
  return facts_of(cause_of(refusal.failure)).name.view();
}

}  // namespace strongroom::oauth
