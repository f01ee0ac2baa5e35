#include "vault/secret_record.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "crypto/equal.h"
#include "crypto/uuid.h"
#include "oauth/tokens.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/token_fingerprint.h"

namespace strongroom::vault {
namespace {

struct KindName {
  SecretKind kind;
  std::string_view name;
};
constexpr std::array kKindNames = {
    KindName{SecretKind::kPassword, "password"}, KindName{SecretKind::kApiKey, "api_key"},
    KindName{SecretKind::kCertificate, "certificate"}, KindName{SecretKind::kText, "text"}};

std::int64_t moment(const std::optional<WallTime>& time) {
  return time ? time->time_since_epoch().count() : -1;
}

constexpr std::string_view purpose_of(const storage::SecretRow* /*row*/) { return "secrets"; }
constexpr std::string_view purpose_of(const storage::SecretValueRow* /*row*/) {
  return "secret_values";
}
constexpr std::string_view purpose_of(const storage::SecretAccessRow* /*row*/) {
  return "secret_access";
}

FieldText fields_of(const storage::SecretRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.target_system_id.raw());
  fields.add(row.label_key).add(row.kind).add(row.user_name);
  fields.add(row.current_value.raw()).add(row.generation).add(moment(row.stamps.deleted_at));
  return fields;
}

// Not the sealed value, which opens only here, and is sealed anew with another key now and then.
FieldText fields_of(const storage::SecretValueRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.secret_id.raw()).add(row.generation);
  fields.add(row.fingerprint).add(moment(row.expires_on));
  return fields;
}

FieldText fields_of(const storage::SecretAccessRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.secret_id.raw());
  fields.add(row.robot_id ? row.robot_id->raw() : std::string_view());
  fields.add(row.path_pattern).add(row.pattern_key);
  if (!row.invalid_reason.empty()) fields.add(row.invalid_reason);  // rows of before had none
  return fields;
}

template <class Row>
Result<std::string> mac_of_row(const crypto::Sealer& sealer, const Row& row) {
  STRONGROOM_TRY(const crypto::Sha256Digest digest,
                 sealer.mac(purpose_of(&row), fields_of(row).text()));
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

template <class Row>
Status check(const crypto::Sealer& sealer, const Row& row) {
  STRONGROOM_TRY(const std::string expected, mac_of_row(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               std::string(purpose_of(&row)) + " " + row.id.text()};
}

}  // namespace

std::string_view to_text(SecretKind value) {
  const auto* const found = std::ranges::find(kKindNames, value, &KindName::kind);
  return found->name;
}

std::optional<SecretKind> secret_kind_from_text(std::string_view text) {
  const auto* const found = std::ranges::find(kKindNames, text, &KindName::name);
  return found == kKindNames.end() ? std::nullopt : std::optional(found->kind);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretValueRow& row) {
  return mac_of_row(sealer, row);
}
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretAccessRow& row) {
  return mac_of_row(sealer, row);
}

Status check_mac(const crypto::Sealer& sealer, const storage::SecretRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::SecretValueRow& row) {
  return check(sealer, row);
}
Status check_mac(const crypto::Sealer& sealer, const storage::SecretAccessRow& row) {
  return check(sealer, row);
}

Status insert_row(Context& context, storage::Transaction& tx, storage::SecretRow& row) {
  STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  return storage::insert_secret(tx, row);
}

// One that is not believed can only be deleted, and keeps its wrong MAC.
Status update_row(Context& context, storage::Transaction& tx, storage::SecretRow& row) {
  STRONGROOM_TRY(const auto stored, storage::find_secret(tx, row.id));
  if (!stored) return no_such_thing();
  if (Status believed = check_mac(context.sealer, *stored); believed) {
    STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  } else if (row.stamps.deleted_at) {
    row.mac = stored->mac;
  } else {
    return believed;
  }
  return storage::update_secret(tx, row);
}

crypto::Place secret_value_place(const Uuid& value, ProjectId project, std::int64_t generation) {
  return {.table = "secret_values",
          .row = value,
          .column = "sealed_value",
          .scope = project.uuid,
          .generation = generation};
}

Result<storage::SecretValueRow> seal_secret_value(Context& context, storage::SecretRow& secret,
                                                  const SecretContent& content) {
  const WallTime now = context.clock.now();
  storage::SecretValueRow row{.id = crypto::make_uuid(now, context.random),
                              .secret_id = secret.id,
                              .generation = secret.generation + 1,
                              .sealed_value = {},
                              .fingerprint = {},
                              .subject = content.subject,
                              .not_after = content.not_after,
                              .expires_on = content.expires_on,
                              .mac = {},
                              .created_at = now};
  const crypto::Place place =
      secret_value_place(row.id, ProjectId{secret.project_id}, row.generation);
  STRONGROOM_TRY(row.sealed_value, context.sealer.seal(place, content.value.reveal()));
  // As of a token, so that one question finds out who was given a text that leaked.
  const oauth::AccessToken as_token(content.value.reveal());
  STRONGROOM_TRY(row.fingerprint, token_fingerprint(context.sealer, as_token));
  STRONGROOM_TRY(row.mac, mac_of(context.sealer, row));
  secret.generation = row.generation;
  return row;
}

Result<StoredSecret> to_secret(const storage::SecretRow& row,
                               const std::vector<storage::SecretValueRow>& values) {
  const auto kind = secret_kind_from_text(row.kind);
  if (!kind) {
    return Error{Code::kCorrupt, "A stored row is damaged.", "secrets " + row.id.text()};
  }
  StoredSecret secret{.id = SecretId{row.id},
                      .project = ProjectId{row.project_id},
                      .target_system = TargetSystemId{row.target_system_id},
                      .label = row.label,
                      .kind = *kind,
                      .user_name = row.user_name,
                      .notes = row.notes,
                      .owner = {row.owner_name, row.owner_email},
                      .values = {},
                      .stamps = to_stamps(row.stamps)};
  for (const storage::SecretValueRow& value : values) {
    secret.values.push_back({.id = SecretValueId{value.id},
                             .created_at = value.created_at,
                             .expires_on = value.expires_on,
                             .is_current = value.id == row.current_value,
                             .subject = value.subject,
                             .not_after = value.not_after});
  }
  std::stable_partition(secret.values.begin(), secret.values.end(),
                        [](const SecretValueInfo& value) { return value.is_current; });
  return secret;
}

}  // namespace strongroom::vault
