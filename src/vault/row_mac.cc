#include "vault/row_mac.h"

#include <array>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "crypto/equal.h"
#include "vault/types.h"

namespace strongroom::vault {
namespace {

std::int64_t moment(const std::optional<WallTime>& time) {
  return time ? time->time_since_epoch().count() : -1;
}

constexpr std::string_view purpose_of(const storage::IssuerMetadataRow* /*row*/) {
  return "issuer_metadata";
}
constexpr std::string_view purpose_of(const storage::RobotKeyRow* /*row*/) { return "robot_keys"; }
constexpr std::string_view purpose_of(const storage::RobotAccessRow* /*row*/) {
  return "robot_access";
}
constexpr std::string_view purpose_of(const storage::ProjectRow* /*row*/) { return "projects"; }
constexpr std::string_view purpose_of(const storage::TargetSystemRow* /*row*/) {
  return "target_systems";
}
constexpr std::string_view purpose_of(const storage::OAuthClientRow* /*row*/) {
  return "oauth_clients";
}
constexpr std::string_view purpose_of(const storage::RobotRow* /*row*/) { return "robots"; }
constexpr std::string_view purpose_of(const storage::SignInRow* /*row*/) { return "sign_ins"; }
constexpr std::string_view purpose_of(const storage::KillRow* /*row*/) { return "kills"; }
constexpr std::string_view purpose_of(const storage::RobotInputRow* /*row*/) {
  return "robot_inputs";
}
constexpr std::string_view purpose_of(const storage::ServerSettingRow* /*row*/) {
  return "server_settings";
}

FieldText fields_of(const storage::IssuerMetadataRow& row) {
  FieldText fields;
  fields.add(row.target_system_id.raw()).add(row.accepted).add(row.pending ? 1 : 0);
  fields.add(row.pending.value_or(""));
  return fields;
}

FieldText fields_of(const storage::RobotKeyRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.robot_id.raw()).add(row.hash);
  fields.add(moment(row.revoked_at));
  // Rows of before had neither; with an identity there are always both.
  if (!row.restrictions.empty() || !row.identity.empty()) fields.add(row.restrictions);
  if (!row.identity.empty()) fields.add(row.identity);
  return fields;
}

FieldText fields_of(const storage::RobotAccessRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.oauth_client_id.raw());
  fields.add(row.robot_id ? row.robot_id->raw() : std::string_view());
  fields.add(row.path_pattern).add(row.pattern_key).add(row.invalid_reason);
  return fields;
}

FieldText fields_of(const storage::ProjectRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.name_key).add(row.strict_robot_access ? 1 : 0);
  fields.add(moment(row.stamps.deleted_at));
  return fields;
}

FieldText fields_of(const storage::TargetSystemRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id ? row.project_id->raw() : std::string_view());
  fields.add(row.name_key).add(row.oauth_enabled ? 1 : 0).add(row.service_provider);
  fields.add(row.grant_flow).add(row.callback);
  fields.add(row.client_authentication).add(row.consumer_key).add(row.scopes);
  fields.add(row.resources);
  fields.add(row.endpoint_parameters).add(row.trusted_ca_pem).add(row.allowed_addresses);
  fields.add(row.default_tenant).add(row.proxy).add(row.sealed_proxy_credentials ? 1 : 0);
  fields.add(row.proxy_credentials_generation);
  fields.add(row.secrets_destination).add(moment(row.stamps.deleted_at));
  // Rows of before had neither.
  if (row.dpop) fields.add("dpop");
  if (!row.signature_method.empty()) fields.add(row.signature_method);
  if (row.verify_every_hours != 0) fields.add("verify").add(row.verify_every_hours);
  if (!row.protected_resource.empty()) fields.add("resource").add(row.protected_resource);
  return fields;
}

FieldText fields_of(const storage::OAuthClientRow& row) {
  const bool held_back = row.state == to_text(OAuthClientState::kDraft) ||
                         row.state == to_text(OAuthClientState::kDisabled);
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.target_system_id.raw());
  fields.add(row.label_key).add(row.tenant).add(row.allow_basic_engine_robots ? 1 : 0);
  fields.add(held_back ? std::string_view(row.state) : std::string_view());
  fields.add(moment(row.stamps.deleted_at));
  // Rows of before canaries were are none.
  if (row.is_canary) fields.add("canary");
  if (!row.subject.empty()) fields.add("subject").add(row.subject);
  if (row.subject_client_id) fields.add("subject_client").add(row.subject_client_id->raw());
  return fields;
}

FieldText fields_of(const storage::SignInRow& row) {
  FieldText fields;
  fields.add(row.oauth_client_id.raw()).add(row.expected_account).add(row.issuer);
  fields.add(row.subject).add(row.tenant).add(row.account_name);
  return fields;
}

FieldText fields_of(const storage::RobotRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.path_key);
  fields.add(moment(row.stamps.deleted_at));
  // A row of before runners were has neither; whoever is none cannot be made one.
  if (row.kind == to_text(RobotKind::kRunner)) fields.add(row.kind).add(row.serves);
  return fields;
}

FieldText fields_of(const storage::KillRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.scope);
  fields.add(row.subject_id ? row.subject_id->raw() : std::string_view());
  fields.add(row.service_provider);
  fields.add(row.project_id ? row.project_id->raw() : std::string_view());
  return fields;
}

FieldText fields_of(const storage::RobotInputRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.robot_id.raw()).add(row.name);
  fields.add(row.oauth_client_id.raw()).add(row.position).add(row.invalid_reason);
  return fields;
}

FieldText fields_of(const storage::ServerSettingRow& row) {
  FieldText fields;
  fields.add(row.name).add(row.value);
  return fields;
}

std::string_view as_text(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

template <class Row>
Result<std::string> mac_of_row(const crypto::Sealer& sealer, const Row& row) {
  STRONGROOM_TRY(const crypto::Sha256Digest digest,
                 sealer.mac(purpose_of(&row), fields_of(row).text()));
  return std::string(as_text(digest));
}

template <class Row>
std::string id_of(const Row& row) {
  return row.id.text();
}
std::string id_of(const storage::IssuerMetadataRow& row) { return row.target_system_id.text(); }
std::string id_of(const storage::SignInRow& row) { return row.oauth_client_id.text(); }
std::string id_of(const storage::ServerSettingRow& row) { return row.name; }

template <class Row>
Status compare(std::string_view expected, const Row& row) {
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               std::string(purpose_of(&row)) + " " + id_of(row)};
}

template <class Row>
Status check(const crypto::Sealer& sealer, const Row& row) {
  STRONGROOM_TRY(const std::string expected, mac_of_row(sealer, row));
  return compare(expected, row);
}

}  // namespace

FieldText& FieldText::add(std::string_view field) {
  add(static_cast<std::int64_t>(field.size()));
  text_ += field;
  return *this;
}

FieldText& FieldText::add(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  std::array<char, sizeof(bits)> bytes{};  // most significant byte first
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>((bits >> (56 - 8 * i)) & 255U);
  }
  text_.append(bytes.data(), bytes.size());
  return *this;
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::IssuerMetadataRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotKeyRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ProjectRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::OAuthClientRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SignInRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::KillRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotInputRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ServerSettingRow& row) {
  return mac_of_row(sealer, row);
}

Status check_mac(const crypto::Sealer& sealer, const storage::RobotKeyRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::ProjectRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  STRONGROOM_CHECK(check(sealer, row));
  return row.issuer_metadata ? check(sealer, *row.issuer_metadata) : Status();
}
Status check_mac(const crypto::Sealer& sealer, const storage::OAuthClientRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::SignInRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::KillRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotInputRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::ServerSettingRow& row) {
  return check(sealer, row);
}

template <class Row>
Result<MacCheck<Row>> MacCheck<Row>::begin(const crypto::Sealer& sealer) {
  STRONGROOM_TRY(auto stream, sealer.mac_stream(purpose_of(static_cast<const Row*>(nullptr))));
  return MacCheck(std::move(stream));
}

template <class Row>
Status MacCheck<Row>::operator()(const Row& row) {
  return compare(as_text(stream_.mac(fields_of(row).text())), row);
}

template class MacCheck<storage::OAuthClientRow>;
template class MacCheck<storage::RobotAccessRow>;

}  // namespace strongroom::vault
