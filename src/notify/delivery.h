#pragma once
// What a delivery's row says is to be told, to whom, and that nobody else wrote it (invariant 2).

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/notification_rows.h"

namespace strongroom::notify {

// Over what is told and to whom. How often it was tried is not covered. Errors: as Sealer::mac().
Result<std::string> delivery_mac(const crypto::Sealer& sealer,
                                 const storage::NotificationDeliveryRow& row);
// Errors: kCorrupt, it was changed from outside.
Status check_delivery(const crypto::Sealer& sealer, const storage::NotificationDeliveryRow& row);

}  // namespace strongroom::notify
