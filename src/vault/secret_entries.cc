#include "vault/secret_entries.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "storage/secret_label_rows.h"
#include "vault/secret_record.h"

namespace strongroom::vault {
namespace {

using Rules = std::vector<AccessEntry>;
using Values = std::vector<storage::SecretValueRow>;
using OldLabels = std::vector<OldLabel>;

AccessEntry entry_of(const storage::SecretAccessRow& row) {
  AccessEntry entry{.id = RobotAccessId{row.id}, .robot = {}, .pattern_key = row.pattern_key};
  if (row.robot_id) entry.robot = RobotId{*row.robot_id};
  entry.is_valid = row.invalid_reason.empty();
  return entry;
}

SecretValueEntry entry_of(const storage::SecretValueRow& row) {
  return {.id = row.id,
          .generation = row.generation,
          .sealed = row.sealed_value,
          .fingerprint = row.fingerprint,
          .expires_on = row.expires_on};
}

bool is_believed(const Context& context, const storage::SecretAccessRow& row) {
  const Status sound = check_mac(context.sealer, row);
  if (!sound) {
    context.log.failed("A rule of access to a secret was forged or damaged; it gives nothing.",
                       sound.error(), {{"secret_access", row.id}});
  }
  return sound.has_value();
}

// Of a secret whose rows are all there and all believed; kCorrupt otherwise.
Result<std::shared_ptr<const SecretEntry>> entry_of(Context& context, const storage::SecretRow& row,
                                                    const Values& values, Rules rules,
                                                    OldLabels old_labels) {
  STRONGROOM_CHECK(check_mac(context.sealer, row));
  for (const auto& value : values) STRONGROOM_CHECK(check_mac(context.sealer, value));
  const auto kind = secret_kind_from_text(row.kind);
  const auto current = std::ranges::find(values, row.current_value, &storage::SecretValueRow::id);
  if (!kind || current == values.end() || values.size() > kMaxSecretValues) {
    return Error{Code::kCorrupt, "A stored row is damaged.", "secrets " + row.id.text()};
  }
  SecretEntry entry{.id = SecretId{row.id},
                    .project = ProjectId{row.project_id},
                    .target_system = TargetSystemId{row.target_system_id},
                    .label = row.label,
                    .label_key = row.label_key,
                    .kind = *kind,
                    .user_name = row.user_name,
                    .old_labels = std::move(old_labels),
                    .access = std::move(rules),
                    .current = entry_of(*current),
                    .next = {}};
  for (const auto& value : values) {
    if (value.id != row.current_value) entry.next = entry_of(value);
  }
  return std::make_shared<const SecretEntry>(std::move(entry));
}

// What secrets are joined with; every table is read once, from its first row to its last.
struct Joined {
  std::unordered_map<Uuid, Values, UuidHash> values;
  std::unordered_map<Uuid, Rules, UuidHash> rules;
  std::unordered_map<Uuid, OldLabels, UuidHash> old_labels;
};

Status read_joined(Context& context, storage::Snapshot& snapshot, Joined& joined) {
  STRONGROOM_CHECK(storage::for_each_old_secret_label(
      snapshot, [&](const storage::OldSecretLabelRow& row) -> Status {
        joined.old_labels[row.secret_id].push_back({row.label_key, row.until});
        return {};
      }));
  STRONGROOM_CHECK(
      storage::for_each_secret_value(snapshot, [&](const storage::SecretValueRow& row) -> Status {
        joined.values[row.secret_id].push_back(row);
        return {};
      }));
  return storage::for_each_secret_access(snapshot,
                                         [&](const storage::SecretAccessRow& row) -> Status {
                                           if (is_believed(context, row)) {
                                             joined.rules[row.secret_id].push_back(entry_of(row));
                                           }
                                           return {};
                                         });
}

}  // namespace

Result<Rules> read_secret_rules(Context& context, storage::Snapshot& snapshot, SecretId id) {
  STRONGROOM_TRY(const auto rows, storage::rules_of_secret(snapshot, id.uuid));
  Rules rules;
  for (const storage::SecretAccessRow& row : rows) {
    if (is_believed(context, row)) rules.push_back(entry_of(row));
  }
  return rules;
}

Result<std::shared_ptr<const SecretEntry>> read_secret_entry(Context& context,
                                                             storage::Snapshot& snapshot,
                                                             const storage::SecretRow& row) {
  STRONGROOM_TRY(const Values values, storage::values_of_secret(snapshot, row.id));
  STRONGROOM_TRY(Rules rules, read_secret_rules(context, snapshot, SecretId{row.id}));
  STRONGROOM_TRY(const auto labels, storage::old_labels_of_secret(snapshot, row.id));
  OldLabels old_labels;
  old_labels.reserve(labels.size());
  for (const auto& label : labels) old_labels.push_back({label.label_key, label.until});
  return entry_of(context, row, values, std::move(rules), std::move(old_labels));
}

Status load_secret_index(Context& context, SecretIndex& index) {
  return context.store.read([&](storage::Snapshot& snapshot) -> Status {
    Joined joined;
    STRONGROOM_CHECK(read_joined(context, snapshot, joined));
    return storage::for_each_secret(snapshot, [&](const storage::SecretRow& row) -> Status {
      const auto entry =
          entry_of(context, row, joined.values[row.id], std::move(joined.rules[row.id]),
                   std::move(joined.old_labels[row.id]));
      if (entry) {
        index.put(SecretId{row.id}, *entry);
      } else {
        context.log.failed("A secret was forged or damaged; nobody gets it.", entry.error(),
                           {{"secret", row.id}});
      }
      return {};
    });
  });
}

}  // namespace strongroom::vault
