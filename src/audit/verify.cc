#include "audit/verify.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/counted_event.h"
#include "crypto/encoding.h"

namespace strongroom::audit {
namespace {

constexpr std::size_t kRowsAtOnce = 1024;

Error wrong(LiteralText message, std::int64_t sequence) {
  return Error{Code::kCorrupt, message, "sequence " + std::to_string(sequence)}.with("sequence",
                                                                                     sequence);
}

// A piece of the trail, of one moment: the links, and the checkpoints up to the last of them.
struct Piece {
  std::vector<storage::EventRow> rows;
  std::vector<storage::CheckpointRow> checkpoints;
};

Result<Piece> read_piece(storage::EventReader& reader, std::int64_t after,
                         std::int64_t last_checkpoint) {
  Piece piece;
  STRONGROOM_CHECK(reader.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(piece.rows, storage::events_after(snapshot, after, kRowsAtOnce));
    STRONGROOM_TRY(piece.checkpoints,
                   storage::checkpoints_after(snapshot, last_checkpoint, kRowsAtOnce));
    return {};
  }));
  return piece;
}

Status begin(storage::EventReader& reader, TrailCheck& check) {
  std::optional<storage::TrailStartRow> start;
  std::vector<storage::CheckpointRow> checkpoints;
  STRONGROOM_CHECK(reader.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(start, storage::trail_start(snapshot));
    if (!start) return {};
    STRONGROOM_TRY(checkpoints, storage::checkpoints_after(snapshot, start->sequence - 1, 1));
    return {};
  }));
  if (!start) return {};
  if (checkpoints.empty() || checkpoints.front().sequence != start->sequence) {
    return wrong("the checkpoint that the audit trail begins behind is missing", start->sequence);
  }
  STRONGROOM_TRY(const Head head, head_from(start->sequence, start->hash));
  return check.start(head, checkpoints.front().text);
}

// A checkpoint goes behind its link; the table's own number is not signed and says only where.
Status check_piece(const Piece& piece, TrailCheck& check, std::int64_t& last_checkpoint) {
  auto next = piece.checkpoints.begin();
  for (const storage::EventRow& row : piece.rows) {
    STRONGROOM_CHECK(check.link(row));
    while (next != piece.checkpoints.end() && next->sequence <= row.sequence) {
      STRONGROOM_CHECK(check.checkpoint(next->text));
      last_checkpoint = next->sequence;
      ++next;
    }
  }
  // A full piece leaves those behind it to the next one.
  if (piece.rows.size() == kRowsAtOnce) return {};
  for (; next != piece.checkpoints.end(); ++next) STRONGROOM_CHECK(check.checkpoint(next->text));
  return {};
}

Result<Verification> walk(storage::EventReader& reader, const Expected& expected) {
  TrailCheck check(expected);
  STRONGROOM_CHECK(begin(reader, check));
  std::int64_t last_checkpoint = check.head().sequence;
  while (true) {
    STRONGROOM_TRY(const Piece piece, read_piece(reader, check.head().sequence, last_checkpoint));
    STRONGROOM_CHECK(check_piece(piece, check, last_checkpoint));
    if (piece.rows.size() < kRowsAtOnce) return check.finish();
  }
}

}  // namespace

Result<Checkpoint> TrailCheck::believed(std::string_view text) {
  auto read = read_checkpoint(text);
  if (!read) return wrong(read.error().message, head_.sequence);
  if (!expected_.public_key.empty() && read->public_key != expected_.public_key) {
    return wrong("a checkpoint is not signed by the key that was given: it is of another server",
                 read->head.sequence);
  }
  if (public_key_.empty()) public_key_ = read->public_key;
  if (read->public_key != public_key_) {
    return wrong("a checkpoint of another server is among those of this one", read->head.sequence);
  }
  ++checkpoints_;
  last_checkpoint_ = read->head.sequence;
  return read;
}

Status TrailCheck::start(const Head& start, std::string_view text) {
  STRONGROOM_TRY(const Checkpoint checkpoint, believed(text));
  if (checkpoint.head != start) {
    return wrong("the audit trail does not begin where its first checkpoint says", start.sequence);
  }
  start_ = head_ = start;
  return {};
}

// What was removed from the front is told by an event that stands behind it.
Status TrailCheck::note_removal(const storage::EventRow& row) {
  const auto removed = removed_events(row.body);
  if (removed) said_removed_ = std::max(said_removed_, *removed);
  return {};
}

Status TrailCheck::link(const storage::EventRow& row) {
  STRONGROOM_TRY(head_, follow(head_, row, scratch_));
  if (!expected_.head.empty() && crypto::hex(head_.hash) == expected_.head) {
    noted_head_at_ = head_.sequence;
  }
  return note_removal(row);
}

Status TrailCheck::checkpoint(std::string_view text) {
  STRONGROOM_TRY(const Checkpoint checkpoint, believed(text));
  if (checkpoint.head.sequence > head_.sequence) {
    return wrong("the end of the audit trail was cut off: a signed checkpoint stands behind it",
                 head_.sequence + 1);
  }
  if (checkpoint.head != head_) {
    return wrong("the audit trail is not the one that a checkpoint was signed for",
                 checkpoint.head.sequence);
  }
  return {};
}

Result<Verification> TrailCheck::finish() {
  if (said_removed_ != start_.sequence) {
    return wrong("events were removed from the front, and no event of the trail says so",
                 start_.sequence + 1);
  }
  if (!expected_.head.empty() && noted_head_at_ == 0) {
    return wrong("the head that was noted is not in the audit trail: it was cut or written anew",
                 head_.sequence);
  }
  return Verification{.events = head_.sequence - start_.sequence,
                      .head_hash = crypto::hex(head_.hash),
                      .first_sequence = start_.sequence + 1,
                      .last_sequence = head_.sequence,
                      .checkpoints = checkpoints_,
                      .public_key = public_key_,
                      .last_checkpoint = last_checkpoint_,
                      .noted_head_at = noted_head_at_};
}

Result<Verification> verify(const std::string& path, Log& log, const Expected& expected) {
  STRONGROOM_TRY(storage::EventReader reader, storage::EventReader::open(path));
  auto verification = walk(reader, expected);
  if (!verification) log.failed("the audit trail does not verify", verification.error());
  return verification;
}

}  // namespace strongroom::audit
