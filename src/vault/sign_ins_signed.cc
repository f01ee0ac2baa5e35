// Sign-ins at providers whose requests are signed: OAuth 1.0a (RFC 5849 section 2).

#include <memory>
#include <utility>

#include "oauth/oauth1_answer.h"
#include "oauth/oauth1_callback.h"
#include "vault/oauth1_requests.h"
#include "vault/sign_in_attempt.h"
#include "vault/sign_in_way.h"

namespace strongroom::vault {

oauth::TokenResult read_grant(const TargetSystem& system, const oauth::TokenAnswer& response,
                              const oauth::AnswerReading& reading, Seconds skew) {
  if (system.grant != GrantFlow::kOauth1) return oauth::read_answer(response, reading);
  oauth::TokenResult tokens = oauth::read_token_credentials(response, skew);
  if (!tokens) return tokens;
  tokens->is_bound = true;  // to its secret, and to the consumer's: neither leaves
  tokens->sent_at = response.sent_at;
  tokens->sent_at_boot = response.sent_at_boot;
  return tokens;
}

// The token finds the flow; whose browser brings it, the flow's cookie says alone.
void SignIns::finish_signed(const CallbackRequest& callback, oauth::Oauth1Callback answer,
                            Done done) {
  auto attempt = come_back(callback, signed_state_hash(answer.token()), std::move(done));
  if (!attempt) return;
  if (!attempt->flow.temporary) {
    static_cast<void>(fail(*attempt, name_of(oauth::SignInCause::kLost)));
    return;
  }
  auto verifier = std::move(answer).take(attempt->flow.temporary->token);
  if (!verifier) {
    static_cast<void>(fail(*attempt, oauth::cause_name_of(verifier.error(), {})));
    return;
  }
  attempt->verifier = *std::move(verifier);
  exchange(std::move(attempt));
}

bool SignIns::take_typed_verifier(Attempt& attempt, std::string_view text) {
  attempt.verifier = oauth::read_typed_verifier(text);
  return attempt.verifier.has_value();
}

// Once, where the provider did not look at more of the request than its nonce and time.
bool SignIns::signs_again(Attempt& attempt, const oauth::TokenFailure& failure) {
  if (!attempt.verifier || attempt.is_second_try) return false;
  const auto skew = oauth::skew_for_retry(failure, attempt.skew);
  if (!skew) return false;
  attempt.is_second_try = true;
  attempt.skew = *skew;
  auto plan = plan_of(attempt);
  if (!plan || plan->destination != attempt.plan.destination) return false;
  attempt.plan = *std::move(plan);
  attempt.next = 0;
  return true;
}

}  // namespace strongroom::vault
