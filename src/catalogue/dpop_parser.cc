#include "catalogue/dpop_parser.h"

#include <algorithm>

namespace strongroom::catalogue {

DpopRules read_dpop(ObjectReader& in) {
  DpopRules rules;
  rules.use = in.choice<DpopUse>(
      "use", {{"supported", DpopUse::kSupported}, {"required", DpopUse::kRequired}},
      DpopUse::kSupported, Need::kRequired);
  // RFC 9449 section 4.2: asymmetric ones only.
  rules.algorithms = in.choices<AssertionAlgorithm>("algorithms",
                                                    {{"RS256", AssertionAlgorithm::kRs256},
                                                     {"PS256", AssertionAlgorithm::kPs256},
                                                     {"ES256", AssertionAlgorithm::kEs256},
                                                     {"EdDSA", AssertionAlgorithm::kEdDsa}},
                                                    Need::kRequired);
  return rules;
}

void check_dpop(const Provider& provider, Problems& problems) {
  if (provider.dpop.use == DpopUse::kUnsupported) return;
  const auto& algorithms = provider.dpop.algorithms;
  if (std::ranges::find(algorithms, AssertionAlgorithm::kEs256) == algorithms.end()) {
    problems.report("/dpop/algorithms", "Proofs are signed with ES256, so it must be among these.");
  }
}

}  // namespace strongroom::catalogue
