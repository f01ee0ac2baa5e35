#include "backup/newer_trail.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "audit/event.h"
#include "audit/verify.h"
#include "backup/plain_file.h"
#include "base/json.h"
#include "crypto/encoding.h"
#include "storage/event_rows.h"
#include "vault/server_settings.h"

namespace strongroom::backup {
namespace {

using audit::Action;

constexpr std::size_t kMaxList = std::size_t{16} << 20;
constexpr std::size_t kRowsAtOnce = 1024;
// As vault names the field.
constexpr std::string_view kBasicEngineBox = "allow_basic_engine_robots";

// What of an event decides.
struct Told {
  Action action;
  Uuid subject;
  Uuid project;
  Uuid actor;
  WallTime at;
  std::string name;
  std::string reason;
  std::vector<std::string> fields;
  Word word = Word::kBelieved;
};

std::string text_of(const boost::json::object& event, std::string_view name) {
  const boost::json::value* const member = event.if_contains(name);
  if (member == nullptr || !member->is_string()) return {};
  return std::string(member->get_string());
}

Uuid id_of(const boost::json::object& event, std::string_view name) {
  return Uuid::parse(text_of(event, name)).value_or(Uuid{});
}

std::vector<std::string> fields_of(const boost::json::object& event) {
  const boost::json::value* const member = event.if_contains("fields");
  std::vector<std::string> fields;
  if (member == nullptr || !member->is_array()) return fields;
  fields.reserve(member->get_array().size());
  for (const boost::json::value& field : member->get_array()) {
    if (field.is_string()) fields.emplace_back(field.get_string());
  }
  return fields;
}

// nullopt: nothing that takes anything away, or gives it again.
Result<std::optional<Told>> read_event(const storage::EventRow& row) {
  using Maybe = std::optional<Told>;
  // Most are hand-outs: those need not be parsed.
  if (row.body.find("\"action\":\"token.handed_out\"") != std::string::npos) return Maybe();
  STRONGROOM_TRY(const boost::json::value value, parse_json(row.body));
  const boost::json::object* const event = value.if_object();
  if (event == nullptr) return Error{Code::kCorrupt, "An audit event cannot be read."};
  if (text_of(*event, "outcome") != "success") return Maybe();
  const auto action = audit::action_from_text(text_of(*event, "action"));
  if (!action) return Maybe();
  return Maybe(Told{.action = *action,
                    .subject = id_of(*event, "subject_id"),
                    .project = id_of(*event, "project_id"),
                    .actor = id_of(*event, "actor_id"),
                    .at = parse_rfc3339(text_of(*event, "at")).value_or(WallTime{}),
                    .name = text_of(*event, "subject_name"),
                    .reason = text_of(*event, "reason"),
                    .fields = fields_of(*event)});
}

// True: it was about people.
bool note_person(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kUserDeleted:
      newer.deleted_users.insert(told.subject);
      return true;
    case Action::kUserDisabled:
      newer.disabled_users.insert(told.subject);
      return true;
    case Action::kUserEnabled:
      newer.disabled_users.erase(told.subject);
      newer.suspended.erase(told.subject);
      return true;
    case Action::kPasswordChanged:
    case Action::kPasswordReset:
    case Action::kSecondFactorEnabled:
      newer.changed_passwords.insert(told.subject);
      return true;
    case Action::kSignOnUnlinked:
      newer.unlinked_users.insert(told.subject);
      return true;
    case Action::kSignOnProviderDeleted:
      newer.deleted_providers.insert(told.subject);
      return true;
    default:
      return false;
  }
}

// True: it was about groups and roles.
bool note_group(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kGroupDeleted:
      newer.deleted_groups.insert(told.subject);
      return true;
    case Action::kGroupUpdated:
      newer.group_names[told.subject].insert(told.name);
      return true;
    case Action::kGroupMemberRemoved:
      newer.ended_memberships.insert({told.subject, told.name, told.reason});
      return true;
    case Action::kGroupMemberAdded:
      newer.ended_memberships.erase({told.subject, told.name, told.reason});
      return true;
    case Action::kGroupRoleRevoked:
      newer.ended_group_roles.insert({told.subject, told.name, told.project});
      return true;
    case Action::kGroupRoleGranted:
      newer.ended_group_roles.erase({told.subject, told.name, told.project});
      return true;
    case Action::kRoleUpdated:
    case Action::kRoleDeleted:
      ++newer.changed_roles;
      return true;
    default:
      return false;
  }
}

// "removed", and what ends an input for good, stand in `reason`, as what was "added" and the
// reasons of strict projects do.
void note_inputs(const Told& told, InputsSince& inputs) {
  const bool added = told.reason == "added";
  const bool ends = told.reason == "removed" || told.reason == "client_moved" ||
                    told.reason == "robot_kind_changed" || told.reason == "restore";
  for (const std::string& field : told.fields) {
    if (added) {
      inputs.added.insert(field);
    } else if (ends) {
      inputs.removed.insert(field);
      std::erase_if(inputs.added, [&](const auto& one) { return one.starts_with(field + " = "); });
    } else {
      inputs.doubtful.insert(field);
    }
  }
}

// Turned over an odd number of times it is not what it was in the backup. One that is doubted
// cannot turn it back.
void note_turn(const Told& told, std::int64_t& turns) {
  if (told.word == Word::kBelieved || turns % 2 == 0) ++turns;
}

// True: it was about Basic Engine Robots.
bool note_basic_engine(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kRobotInputsChanged:
      note_inputs(told, newer.inputs[told.subject]);
      return true;
    case Action::kOAuthClientUpdated:
      if (std::ranges::find(told.fields, kBasicEngineBox) != told.fields.end()) {
        note_turn(told, newer.box_changes[told.subject]);
      }
      return true;
    case Action::kServerSettingChanged:
      if (told.name == vault::kBasicEngineForbidden) {
        newer.forbids_basic_engine = told.reason != "off";
      }
      return true;
    default:
      return false;
  }
}

// True: it was about what a restore in between suspended.
bool note_suspension(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kUserSuspended:
    case Action::kKeySuspended:
    case Action::kRobotAccessSuspended:
      newer.suspended.insert(told.subject);
      return true;
    case Action::kSuspensionLifted:
      newer.suspended.erase(told.subject);
      return true;
    default:
      return false;
  }
}

void note_rest(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kApiKeyRevoked:
    case Action::kRobotKeyRevoked:
    case Action::kRobotAccessRevoked:
    case Action::kSecretAccessRevoked:
      newer.revoked.insert(told.subject);
      return;
    case Action::kRobotAccessInvalidated:
    case Action::kSecretAccessInvalidated:
      newer.invalid_rules.insert(told.subject);
      return;
    case Action::kRobotAccessUpdated:
    case Action::kSecretAccessUpdated:
      newer.invalid_rules.erase(told.subject);
      newer.suspended.erase(told.subject);
      return;
    case Action::kRobotDeleted:
      newer.deleted_robots.insert(told.subject);
      return;
    case Action::kRobotRestored:
      newer.deleted_robots.erase(told.subject);
      return;
    case Action::kOAuthClientDisabled:
      newer.disabled_clients.insert(told.subject);
      return;
    case Action::kOAuthClientEnabled:
      newer.disabled_clients.erase(told.subject);
      return;
    case Action::kOAuthClientTokensRevoked:
      newer.revoked_clients.insert(told.subject);
      return;
    case Action::kAuthorizationCompleted:
    case Action::kOAuthClientTokensImported:
      newer.revoked_clients.erase(told.subject);
      return;
    default:
      return;
  }
}

// The scope stands first, and of a service provider its id behind that.
Killed killed_by(const Told& told) {
  const std::size_t fields = told.fields.size();
  return {fields > 0 ? told.fields[0] : std::string(), told.subject,
          fields > 1 ? told.fields[1] : std::string()};
}

// True: it was about what holds back everything below it.
bool note_restraint(const Told& told, Newer& newer) {
  switch (told.action) {
    case Action::kProjectUpdated:
      if (std::ranges::find(told.fields, kStrictField) != told.fields.end()) {
        note_turn(told, newer.strict_changes[told.subject]);
      }
      return true;
    case Action::kKillSet:  // again: its tokens are revoked after all
      newer.kills.insert({killed_by(told), {told.actor, told.at, told.name}});
      return true;
    case Action::kKillLifted:
      newer.kills.erase(killed_by(told));
      return true;
    default:
      return false;
  }
}

// Whether it gives again what another event may have taken away.
bool gives_again(const Told& told) {
  switch (told.action) {
    case Action::kUserEnabled:
    case Action::kGroupMemberAdded:
    case Action::kGroupRoleGranted:
    case Action::kSuspensionLifted:
    case Action::kRobotAccessUpdated:
    case Action::kSecretAccessUpdated:
    case Action::kRobotRestored:
    case Action::kOAuthClientEnabled:
    case Action::kAuthorizationCompleted:
    case Action::kOAuthClientTokensImported:
    case Action::kKillLifted:
      return true;
    case Action::kRobotInputsChanged:
      return told.reason == "added";
    case Action::kServerSettingChanged:
      return told.reason == "off";
    default:
      return false;
  }
}

void note(const Told& told, Newer& newer) {
  if (note_person(told, newer) || note_group(told, newer)) return;
  if (note_basic_engine(told, newer) || note_suspension(told, newer)) return;
  if (!note_restraint(told, newer)) note_rest(told, newer);
}

Error another_trail() {
  return Error{Code::kNotFound, "This audit trail does not go on from the backup's."};
}

// The head that the backup's own trail has, found in the other one.
Result<audit::Head> find_head(storage::Snapshot& snapshot, const Manifest& manifest) {
  if (manifest.audit_events == 0) return audit::genesis();
  STRONGROOM_TRY(const auto rows, storage::events_after(snapshot, manifest.audit_events - 1, 1));
  if (rows.empty() || rows.front().sequence != manifest.audit_events) return another_trail();
  audit::Head head{manifest.audit_events, {}};
  if (rows.front().hash.size() != head.hash.size()) return another_trail();
  for (std::size_t i = 0; i < head.hash.size(); ++i) {
    head.hash[i] = static_cast<std::byte>(rows.front().hash[i]);
  }
  if (crypto::hex(head.hash) != manifest.audit_head) return another_trail();
  return head;
}

// Believed are the links up to the one with the sequence `believed`.
Status read_on(storage::Snapshot& snapshot, std::int64_t believed, Newer& newer) {
  std::string scratch;
  for (;;) {
    STRONGROOM_TRY(const auto rows,
                   storage::events_after(snapshot, newer.head.sequence, kRowsAtOnce));
    for (const storage::EventRow& row : rows) {
      STRONGROOM_TRY(newer.head, audit::follow(newer.head, row, scratch));
      const Word word = row.sequence <= believed ? Word::kBelieved : Word::kDoubted;
      STRONGROOM_CHECK(note_event(row, word, newer));
    }
    if (rows.size() < kRowsAtOnce) return {};
  }
}

Result<Newer> read_trail(const std::string& path, const Manifest& manifest, std::int64_t believed) {
  STRONGROOM_TRY(storage::EventReader reader, storage::EventReader::open(path));
  Newer found;
  STRONGROOM_CHECK(reader.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(found.head, find_head(snapshot, manifest));
    STRONGROOM_TRY(found.key_uses, storage::key_uses(snapshot));
    return read_on(snapshot, believed, found);
  }));
  found.confirms = found.has_trail = true;
  return found;
}

}  // namespace

Status note_event(const storage::EventRow& row, Word word, Newer& newer) {
  STRONGROOM_TRY(auto told, read_event(row));
  if (!told) return {};
  told->word = word;
  if (word == Word::kBelieved || !gives_again(*told)) note(*told, newer);
  return {};
}

Status read_newer_trail(const std::string& path, const Manifest& manifest, Newer& newer) {
  STRONGROOM_TRY(newer, read_trail(path, manifest, std::numeric_limits<std::int64_t>::max()));
  return {};
}

Status read_given_trail(const std::string& path, const Manifest& manifest,
                        const std::string& public_key, Log& log, Newer& newer) {
  if (public_key.empty()) return read_newer_trail(path, manifest, newer);
  STRONGROOM_TRY(const auto verified,
                 audit::verify(path, log, {.public_key = public_key, .head = {}}));
  STRONGROOM_TRY(Newer found, read_trail(path, manifest, verified.last_checkpoint));
  if (crypto::hex(found.head.hash) != verified.head_hash) {
    return Error{Code::kConflict, "The audit trail was changed while it was read.", path};
  }
  found.confirms = found.has_trail = verified.last_checkpoint > manifest.audit_events;
  newer = std::move(found);
  return {};
}

Status read_revocation_list(const std::string& path, Newer& newer) {
  STRONGROOM_TRY(const std::string text, read_small(path, kMaxList));
  std::string_view rest = text;
  std::int64_t number = 0;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    line = line.substr(0, line.find('#'));
    while (line.ends_with(' ') || line.ends_with('\r') || line.ends_with('\t')) {
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    const auto id = Uuid::parse(line);
    if (!id) {
      return Error{Code::kInvalidArgument, "A line of the revocation list is no id.",
                   path + ":" + std::to_string(number)}
          .with("line", number);
    }
    newer.revoked.insert(*id);
    newer.disabled_users.insert(*id);  // an id of a user means that
    newer.deleted_robots.insert(*id);
    newer.disabled_clients.insert(*id);
  }
  newer.confirms = true;
  return {};
}

}  // namespace strongroom::backup
