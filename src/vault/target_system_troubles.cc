#include "vault/target_system_troubles.h"

#include "oauth/failure_causes.h"
#include "vault/provider_endpoint.h"
#include "vault/provider_gates.h"
#include "vault/target_system_faults.h"

namespace strongroom::vault {

TargetSystemTroubles troubles_of(const Context& context, const TargetSystem& system) {
  TargetSystemTroubles troubles;
  if (context.faults != nullptr) {
    troubles.fault = context.faults->find(system.id, system.stamps.revision);
  }
  if (context.gates == nullptr) return troubles;
  const auto pause = context.gates->pause_of(provider_endpoint(context.catalogue, system));
  if (!pause) return troubles;
  const Milliseconds left = pause->until - context.clock.boot_now();
  troubles.pause = ProviderPause{.until = context.clock.now() + left,
                                 .cause = std::string(oauth::facts_of(pause->cause).name.view())};
  return troubles;
}

}  // namespace strongroom::vault
