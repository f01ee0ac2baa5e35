#include "vault/proxy_credentials.h"

namespace strongroom::vault {
namespace {

crypto::Place place_of(const storage::TargetSystemRow& row) {
  return {.table = "target_systems",
          .row = row.id,
          .column = "sealed_proxy_credentials",
          .scope = row.project_id.value_or(Uuid{}),
          .generation = row.proxy_credentials_generation,
          .destination = row.proxy};
}

}  // namespace

Result<std::string> seal_proxy_credentials(crypto::Sealer& sealer,
                                           const storage::TargetSystemRow& row,
                                           const oauth::ProxyCredentials& credentials) {
  return sealer.seal(place_of(row), credentials.reveal());
}

Result<std::optional<oauth::ProxyCredentials>> open_proxy_credentials(
    const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  std::optional<oauth::ProxyCredentials> opened;
  if (!row.sealed_proxy_credentials) return opened;
  STRONGROOM_TRY(
      opened, sealer.open<oauth::ProxyCredentials>(place_of(row), *row.sealed_proxy_credentials));
  return opened;
}

}  // namespace strongroom::vault
