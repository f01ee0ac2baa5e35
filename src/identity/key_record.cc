#include "identity/key_record.h"

#include <algorithm>
#include <cstring>

#include "crypto/equal.h"
#include "identity/digest_hash.h"
#include "identity/mac_fields.h"

namespace strongroom::identity {
namespace {

constexpr std::string_view kAll = "all";

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

std::string own_permissions_text(Permissions permissions) {
  return permissions == Permissions::all() ? std::string(kAll) : permissions_text(permissions);
}

std::optional<Permissions> permissions_from_text(std::string_view text) {
  if (text == kAll) return Permissions::all();
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

std::string projects_text(const std::vector<Uuid>& projects) {
  std::string text;
  for (const Uuid& project : projects) {
    if (!text.empty()) text += ' ';
    text += project.text();
  }
  return text;
}

std::optional<std::vector<Uuid>> projects_from_text(std::string_view text) {
  std::vector<Uuid> projects;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const auto project = Uuid::parse(text.substr(0, end));
    if (!project) return std::nullopt;
    projects.push_back(*project);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return projects;
}

Grants key_limits(Permissions permissions, const std::vector<Uuid>& projects) {
  if (projects.empty()) return permissions;
  Grants limits;
  for (const Uuid& project : projects) limits.add(project, permissions);
  return limits;
}

Result<std::string> key_mac(const crypto::Sealer& sealer, const storage::ApiKeyRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.user_id.raw()).add(row.hash).add(row.permissions);
  fields.add(row.expires_at).add(row.revoked_at);
  if (!row.projects.empty()) fields.add(row.projects);  // rows of before have none, and no field
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("api_keys", fields.text()));
  return std::string(as_text(mac));
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::ApiKeyRow& row) {
  STRONGROOM_TRY(const std::string expected, key_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) && digest_from(row.hash).has_value() &&
         permissions_from_text(row.permissions).has_value() &&
         projects_from_text(row.projects).has_value();
}

std::optional<crypto::Sha256Digest> digest_from(std::string_view bytes) {
  crypto::Sha256Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

}  // namespace strongroom::identity
