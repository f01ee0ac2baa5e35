#include "identity/key_record.h"

#include <cstdint>
#include <cstring>

#include "crypto/equal.h"

namespace strongroom::identity {
namespace {

// Length and bytes, so that no two lists of fields have one text.
void append_field(std::string& out, std::string_view field) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>((std::uint64_t{field.size()} >> shift) & 0xff);
  }
  out += field;
}

void append_time(std::string& out, const std::optional<WallTime>& time) {
  append_field(out, time ? std::to_string(time->time_since_epoch().count()) : std::string());
}

std::string_view as_text(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string permissions_text(Permissions permissions) {
  std::string text;
  for (const PermissionName& entry : kPermissionNames) {
    if (!permissions.has(entry.permission)) continue;
    if (!text.empty()) text += ' ';
    text += entry.name;
  }
  return text;
}

std::optional<Permissions> permissions_from_text(std::string_view text) {
  Permissions permissions;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const auto permission = permission_from_name(text.substr(0, end));
    if (!permission || permissions.has(*permission)) return std::nullopt;
    permissions.add(*permission);
    if (end == std::string_view::npos) return permissions;
    text.remove_prefix(end + 1);
    if (text.empty()) return std::nullopt;
  }
  return permissions;
}

Result<std::string> key_mac(const crypto::Sealer& sealer, const storage::ApiKeyRow& row) {
  std::string fields;
  append_field(fields, row.id.raw());
  append_field(fields, row.user_id.raw());
  append_field(fields, row.hash);
  append_field(fields, row.permissions);
  append_time(fields, row.expires_at);
  append_time(fields, row.revoked_at);
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("api_keys", fields));
  return std::string(as_text(mac));
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::ApiKeyRow& row) {
  STRONGROOM_TRY(const std::string expected, key_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) && digest_from(row.hash).has_value() &&
         permissions_from_text(row.permissions).has_value();
}

std::optional<crypto::Sha256Digest> digest_from(std::string_view bytes) {
  crypto::Sha256Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

}  // namespace strongroom::identity
