#include "backup/newer_export.h"

#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "audit/event.h"
#include "audit/export.h"
#include "audit/recorded_event.h"
#include "crypto/encoding.h"
#include "storage/robot_rows.h"
#include "vault/key_restrictions.h"

namespace strongroom::backup {
namespace {

constexpr std::string_view kDatabase = "SQLite format 3";

// Each of these is one use of the robot key that was shown, but for the second value of a secret.
constexpr std::array kHandOuts{audit::Action::kTokenHandedOut, audit::Action::kBasicEngineDelivered,
                               audit::Action::kSecretHandedOut};

Error another_trail() {
  return Error{Code::kNotFound, "This audit trail does not go on from the backup's."};
}

Status note_use(const storage::EventRow& row, Newer& newer) {
  STRONGROOM_TRY(const audit::RecordedEvent event, audit::read_event(row.body));
  if (event.outcome != to_text(audit::Outcome::kSuccess) || event.reason == "next_value") return {};
  for (const audit::Action action : kHandOuts) {
    if (event.action != to_text(action)) continue;
    if (const auto key = Uuid::parse(event.key_id)) ++newer.uses_since[*key];
  }
  return {};
}

// Takes the links of an export one after the other, and notes what came after the backup's head.
class Follower {
 public:
  // Believed are the links up to the one with the sequence `believed`.
  static Result<Follower> of(const Manifest& manifest, std::int64_t believed) {
    Follower follower;
    follower.believed_ = believed;
    follower.newer_.head = audit::genesis();
    follower.goes_on_ = manifest.audit_events == 0;
    if (follower.goes_on_) return follower;
    const auto hash = crypto::hex_decode(manifest.audit_head);
    STRONGROOM_TRY(follower.newer_.head,
                   audit::head_from(manifest.audit_events, hash.value_or("")));
    return follower;
  }

  Status take(const storage::EventRow& row) {
    audit::Head& head = newer_.head;
    if (row.sequence < head.sequence) return {};
    if (row.sequence == head.sequence) {
      goes_on_ = row.hash == audit::as_text(head.hash);
      return goes_on_ ? Status() : another_trail();
    }
    const auto next = audit::follow(head, row, scratch_);
    // An export may begin right behind the backup's head.
    if (!next) return goes_on_ ? Status(next.error()) : Status(another_trail());
    head = *next;
    goes_on_ = true;
    STRONGROOM_CHECK(note_use(row, newer_));
    const bool is_believed = row.sequence <= believed_;
    return note_event(row, is_believed ? Word::kBelieved : Word::kDoubted, newer_);
  }

  Result<Newer> finish(bool confirms) {
    if (!goes_on_) return another_trail();
    newer_.confirms = newer_.has_trail = confirms;
    return std::move(newer_);
  }

 private:
  Newer newer_;
  std::string scratch_;
  std::int64_t believed_ = 0;
  bool goes_on_ = false;
};

}  // namespace

bool is_database(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, kDatabase.size()> begin{};
  file.read(begin.data(), begin.size());
  return file && std::string_view(begin.data(), begin.size()) == kDatabase;
}

Status read_newer_export(const std::string& path, const Manifest& manifest,
                         const std::string& public_key, Newer& newer) {
  const audit::Expected expected{.public_key = public_key, .head = {}};
  // Where the last checkpoint stands must be known before the first event is believed.
  STRONGROOM_TRY(const auto verified, audit::verify_export_file(path, expected));
  const bool has_key = !public_key.empty();
  STRONGROOM_TRY(Follower follower, Follower::of(manifest, has_key ? verified.last_checkpoint
                                                                   : verified.last_sequence));
  STRONGROOM_TRY(const auto again,
                 audit::verify_export_file(path, expected, [&](const storage::EventRow& row) {
                   return follower.take(row);
                 }));
  if (again.head_hash != verified.head_hash || again.last_checkpoint != verified.last_checkpoint) {
    return Error{Code::kConflict, "The export was changed while it was read.", path};
  }
  STRONGROOM_TRY(newer,
                 follower.finish(!has_key || verified.last_checkpoint > manifest.audit_events));
  return {};
}

Result<std::vector<storage::KeyUseRow>> limited_key_uses(OpenData& data, const Newer& newer) {
  std::vector<storage::KeyUseRow> uses;
  if (newer.uses_since.empty()) return uses;
  STRONGROOM_TRY(const auto counted, data.trail().key_uses());
  std::map<Uuid, std::int64_t> before;
  for (const audit::Trail::KeyUses& one : counted) before[one.key] = one.uses;
  const auto note = [&](const storage::RobotKeyRow& row) -> Status {
    const auto since = newer.uses_since.find(row.id);
    if (since == newer.uses_since.end() || row.restrictions.empty()) return {};
    const auto restrictions = vault::key_restrictions_from_json(row.restrictions);
    if (restrictions && !restrictions->max_uses) return {};
    uses.push_back({row.id, before[row.id] + since->second});
    return {};
  };
  STRONGROOM_CHECK(data.store().read([&](storage::Snapshot& snapshot) {
    return storage::for_each_unrevoked_robot_key(snapshot, note);
  }));
  return uses;
}

}  // namespace strongroom::backup
