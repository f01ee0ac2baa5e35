#include "notify/delivery.h"

#include "crypto/equal.h"
#include "vault/row_mac.h"

namespace strongroom::notify {

Result<std::string> delivery_mac(const crypto::Sealer& sealer,
                                 const storage::NotificationDeliveryRow& row) {
  vault::FieldText fields;
  fields.add(row.id.raw());
  fields.add(row.target_id ? std::string(row.target_id->raw()) : std::string());
  fields.add(row.recipient).add(row.event_id.raw()).add(row.event_type).add(row.body);
  STRONGROOM_TRY(const crypto::Sha256Digest mac,
                 sealer.mac("notification_deliveries", fields.text()));
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Status check_delivery(const crypto::Sealer& sealer, const storage::NotificationDeliveryRow& row) {
  STRONGROOM_TRY(const std::string expected, delivery_mac(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A notification was changed from outside."};
}

}  // namespace strongroom::notify
