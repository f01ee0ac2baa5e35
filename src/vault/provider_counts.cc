#include "vault/provider_counts.h"

namespace strongroom::vault {

std::optional<ProviderResult> provider_result(std::optional<oauth::FailureCause> cause) {
  if (!cause) return ProviderResult::kSuccess;
  if (*cause == oauth::FailureCause::kOverloaded) return std::nullopt;
  const Code code = oauth::facts_of(*cause).code;
  if (code == Code::kNeedsConsent) return ProviderResult::kNeedsSignIn;
  if (code == Code::kProviderRefused) return ProviderResult::kRefused;
  return ProviderResult::kUnavailable;
}

void ProviderCounts::note(const std::string& service_provider,
                          std::optional<oauth::FailureCause> cause) {
  const auto result = provider_result(cause);
  if (!result) return;
  ++(*counts_.lock())[service_provider][static_cast<std::size_t>(*result)];
}

}  // namespace strongroom::vault
