#include "oauth/token_failure.h"

#include <utility>

namespace strongroom::oauth {

Error as_error(const TokenFailure& failure) {
  const CauseFacts& facts = facts_of(failure.cause);
  const bool precise = !failure.message.view().empty();
  Error error{facts.code, precise ? failure.message : facts.message, failure.detail};
  error = std::move(error)
              .with("cause", VisibleName{std::string(facts.name.view())})
              .with("who_must_act", VisibleName{std::string(to_text(facts.who))})
              .with("where", VisibleName{std::string(facts.where.view())});
  // Whoever is told to come back after a refusal would come for nothing.
  if (failure.retry_after && facts.transient) {
    error = std::move(error).with("retry_after", std::int64_t{failure.retry_after->count()});
  }
  if (failure.cause == FailureCause::kClockSkew && failure.clock_skew) {
    error = std::move(error).with("clock_skew_s", std::int64_t{failure.clock_skew->count()});
  }
  if (!failure.provider_codes.empty()) {
    error = std::move(error).with("provider_code", failure.provider_codes.front());
  }
  return error;
}

}  // namespace strongroom::oauth
