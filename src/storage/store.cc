#include "storage/store.h"

namespace strongroom::storage {

Uuid Rows::uuid(int column) {
  const std::optional<Uuid> uuid = Uuid::from_bytes(bytes(column));
  if (!uuid) damaged(column);
  return uuid.value_or(Uuid{});
}

std::optional<WallTime> Rows::maybe_time(int column) {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::optional<Uuid> Rows::maybe_uuid(int column) {
  if (is_null(column)) return std::nullopt;
  return uuid(column);
}

}  // namespace strongroom::storage
