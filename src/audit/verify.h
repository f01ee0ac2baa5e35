#pragma once
// Whether a trail is the one that was written: its chain and its checkpoints, without the server,
// from the database or from an export.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "base/log.h"
#include "base/result.h"

namespace strongroom::audit {

// What somebody noted elsewhere.
struct Expected {
  std::string public_key = {};  // that signs the checkpoints; empty: all by one key, whichever
  std::string head = {};        // hexadecimal, of a link; empty: none was noted
};

struct Verification {
  std::int64_t events = 0;
  std::string head_hash;            // hexadecimal; write it down elsewhere to detect a cut end
  std::int64_t first_sequence = 1;  // greater: what was before was removed, as a checkpoint says
  std::int64_t last_sequence = 0;
  std::int64_t checkpoints = 0;
  std::string public_key = {};       // that signed them; empty: there are none
  std::int64_t last_checkpoint = 0;  // its sequence
  std::int64_t noted_head_at = 0;    // the sequence of Expected::head; 0: none was noted
};

// Follows a trail link by link, with each checkpoint behind the link that it is of. Not
// thread-safe.
//
// Errors of all: kCorrupt, with the parameter "sequence", where the trail is wrong, and a message
// that says in which way.
class TrailCheck {
 public:
  explicit TrailCheck(Expected expected) : expected_(std::move(expected)) {}

  // The trail begins behind `start`, which the checkpoint `text` signs.
  Status start(const Head& start, std::string_view text);
  Status link(const storage::EventRow& row);
  Status checkpoint(std::string_view text);
  // After all links and checkpoints.
  Result<Verification> finish();

  const Head& head() const { return head_; }

 private:
  Result<Checkpoint> believed(std::string_view text);
  Status note_removal(const storage::EventRow& row);

  Expected expected_;
  Head head_ = genesis();
  Head start_ = genesis();
  std::string scratch_;
  std::int64_t checkpoints_ = 0;
  std::int64_t last_checkpoint_ = 0;
  std::int64_t said_removed_ = 0;
  std::int64_t noted_head_at_ = 0;
  std::string public_key_;
};

// Walks the whole chain of the audit database at `path`, read-only; works beside a running server.
// Finds links that were edited, removed, inserted or put in another order, an end that was cut off
// behind a checkpoint, and checkpoints of another server. What was cut off or written anew since
// the last checkpoint shows only by a head hash that was noted.
//
// Errors:
//   kCorrupt      as TrailCheck; the parameter "sequence" says where
//   kUnavailable  there is no such file, or it cannot be read
Result<Verification> verify(const std::string& path, Log& log, const Expected& expected = {});

}  // namespace strongroom::audit
