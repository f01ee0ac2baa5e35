#pragma once
// The hash chain: each link commits to all links before it.
//
//   hash(0) = SHA-256("strongroom audit chain 1")
//   hash(n) = SHA-256(hash(n-1) || n as 8 bytes, big-endian || body(n))
//
// Whoever edits, removes, inserts or reorders a link must recompute all later ones; then the last
// hash is another than the one that somebody wrote down elsewhere. A cut end shows in that way
// only.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crypto/digest.h"
#include "storage/event_log.h"
#include "storage/event_rows.h"

namespace strongroom::audit {

// Where a chain ends, or stood once.
struct Head {
  std::int64_t sequence = 0;
  crypto::Sha256Digest hash{};

  bool operator==(const Head&) const = default;
};
std::string_view as_text(const crypto::Sha256Digest& digest);
// The end of the empty chain.
Head genesis();
// The end of the chain that `body` was added to. `scratch` is only for its memory.
Head next_head(const Head& head, std::string_view body, std::string& scratch);

// The head that stands in the database as number and 32 bytes. Errors: kCorrupt.
Result<Head> head_from(std::int64_t sequence, std::string_view hash);

// The end of the chain after `row`, if it is the link that follows `head`: the next number, a hash
// that fits, and the id that its body tells.
// Errors: kCorrupt, with the parameter "sequence", the number of the link that is wrong or missing
Result<Head> follow(const Head& head, const storage::EventRow& row, std::string& scratch);

// The links after number `sequence`, of an EventLog or an EventReader.
template <class Reader>
Result<std::vector<storage::EventRow>> rows_after(Reader& reader, std::int64_t sequence,
                                                  std::size_t limit) {
  std::vector<storage::EventRow> rows;
  STRONGROOM_CHECK(reader.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(rows, storage::events_after(snapshot, sequence, limit));
    return {};
  }));
  return rows;
}

// Follows the chain from `head` to its end, in pieces, so that no snapshot is held for long.
template <class Reader>
Result<Head> follow_all(Reader& reader, Head head) {
  constexpr std::size_t kRowsAtOnce = 1024;
  std::string scratch;
  while (true) {
    STRONGROOM_TRY(const auto rows, rows_after(reader, head.sequence, kRowsAtOnce));
    for (const storage::EventRow& row : rows) {
      STRONGROOM_TRY(head, follow(head, row, scratch));
    }
    if (rows.size() < kRowsAtOnce) return head;
  }
}

// The chain on disk, for one thread that appends; read() of its log is safe from any thread.
class Chain {
 public:
  // Opens the chain and checks its last link. Errors: as EventLog::open(), and kCorrupt as
  // follow().
  static Result<Chain> open(const storage::EventLogOptions& options, Log& log);

  // A group: begin, add ..., commit or abandon. Until commit succeeded the head stays where it was.
  // Errors: as EventLog. add: kConflict if the id is in the chain; the group may go on without it.
  Status begin();
  Status add(const Uuid& id, std::string_view body);
  // The same, but does nothing when the id is in the chain already: moved there before a crash.
  Status add_once(const Uuid& id, std::string_view body);
  // One use more of this key, in the group.
  Status count_use(const Uuid& key) { return log_->count_use(key); }
  // A signed checkpoint of the head as it was before the group.
  Status add_checkpoint(std::string_view text) {
    return log_->append_checkpoint(head_.sequence, text);
  }
  // Whatever is up to `start` may be removed from now on.
  Status begin_behind(const Head& start) {
    return log_->set_start(start.sequence, as_text(start.hash));
  }
  Status commit();
  void abandon();

  // After a group that failed: opens the files anew and checks that the chain still holds what was
  // committed. Errors: as EventLog::reopen(), and kCorrupt as follow().
  Status recover();

  storage::EventLog& log() { return *log_; }
  const Head& head() const { return head_; }

 private:
  Chain(std::unique_ptr<storage::EventLog> log, Head head) : log_(std::move(log)), head_(head) {}

  std::unique_ptr<storage::EventLog> log_;
  Head head_;  // durable
  Head next_;  // with the group that is being written
  std::string scratch_;
};

}  // namespace strongroom::audit
