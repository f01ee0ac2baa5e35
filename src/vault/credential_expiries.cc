#include "vault/credential_expiries.h"

#include <utility>

#include "storage/credential_rows.h"

namespace strongroom::vault {

Status CredentialExpiries::refresh() {
  constexpr std::chrono::days kWeek{7};
  constexpr std::chrono::days kMonth{30};
  const WallTime now = context_.clock.now();
  STRONGROOM_TRY(
      ExpiryReport report,
      storage::read<ExpiryReport>(
          context_.store, [&](storage::Snapshot& snapshot) -> Result<ExpiryReport> {
            ExpiryReport read;
            STRONGROOM_TRY(const auto rows, storage::soonest_expiries(snapshot, kMost));
            for (const storage::CredentialExpiry& row : rows) {
              read.soonest.push_back({row.target_system_id.text(), row.kind, row.expires_on});
            }
            STRONGROOM_TRY(read.expired, storage::count_credentials_expired_at(snapshot, now));
            STRONGROOM_TRY(read.within_week,
                           storage::count_credentials_expired_at(snapshot, now + kWeek));
            STRONGROOM_TRY(read.within_month,
                           storage::count_credentials_expired_at(snapshot, now + kMonth));
            return read;
          }));
  *latest_.lock() = std::make_shared<const ExpiryReport>(std::move(report));
  return {};
}

}  // namespace strongroom::vault
