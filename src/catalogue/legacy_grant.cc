#include "catalogue/legacy_grant.h"

namespace strongroom::catalogue {

void check_legacy(const Provider& provider, Problems& problems) {
  const bool takes_passwords = provider.offers(Grant::kPassword);
  if (takes_passwords && !provider.legacy) {
    problems.report("/grants", "The password grant is for entries marked legacy only.");
  }
  if (!takes_passwords && provider.legacy) {
    problems.report("/legacy", "This goes with the password grant.");
  }
}

}  // namespace strongroom::catalogue
