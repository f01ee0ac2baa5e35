#pragma once
// The links of the audit chain as rows, read.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "storage/store.h"

namespace strongroom::storage {

// One link of the chain. What `body` and `hash` mean is audit's business.
struct EventRow {
  std::int64_t sequence = 0;  // 1, 2, 3 ... without gaps
  Uuid id;
  std::string body;
  std::string hash;  // 32 bytes
};

// What a list of events is narrowed by: each of `fragments` occurs in the body. Bodies are
// canonical JSON, so a fragment such as "action":"robot.created" (with the quotes) is a member and
// cannot be a part of a string.
struct EventFilter {
  // A part of the body that stands at the same place in each, compared as text: from `from` on, and
  // before `before`; either may be empty. `position` counts characters from 1.
  struct Window {
    std::int64_t position = 1;
    std::int64_t length = 0;
    std::string from = {};
    std::string before = {};
  };
  std::vector<std::string> fragments = {};
  // Each of these occurs in the body too, whatever the case of its ASCII letters.
  std::vector<std::string> words = {};
  // Events of these projects alone, by the texts of their ids; nullopt: of all, and of none.
  std::optional<std::vector<std::string>> projects = {};
  std::int64_t before_sequence = 0;  // 0: from the newest. Does not matter to count_events().
  std::size_t limit = 100;
  Window window = {};
  std::optional<std::int64_t> after_sequence = {};  // from behind this one, oldest first
};

// Newest first. There is no index to help: one would cost every hand-out more than its hash does.
// Walks backwards until the limit is reached. Errors of these: as Snapshot::query().
Result<std::vector<EventRow>> list_events(Snapshot& snapshot, const EventFilter& filter);
// Exact; walks all rows if there is a fragment or a window.
Result<std::int64_t> count_events(Snapshot& snapshot, const EventFilter& filter);
// At most `limit` rows with a sequence above `sequence`, in order.
Result<std::vector<EventRow>> events_after(Snapshot& snapshot, std::int64_t sequence,
                                           std::size_t limit);
// The last `count` rows, oldest first.
Result<std::vector<EventRow>> last_events(Snapshot& snapshot, std::size_t count);

// A signed statement of where the chain stood. What `text` means is audit's business.
struct CheckpointRow {
  std::int64_t sequence = 0;
  std::string text;
};
// At most `limit` with a sequence above `sequence`, in order.
Result<std::vector<CheckpointRow>> checkpoints_after(Snapshot& snapshot, std::int64_t sequence,
                                                     std::size_t limit);
Result<std::optional<CheckpointRow>> last_checkpoint(Snapshot& snapshot);
// The last one whose event, and all before it, are of before `window.before`.
Result<std::optional<CheckpointRow>> last_checkpoint_before(Snapshot& snapshot,
                                                            const EventFilter::Window& window);
Result<std::int64_t> count_checkpoints(Snapshot& snapshot);

// What the first event follows, where those before it were removed; nullopt: none ever were.
struct TrailStartRow {
  std::int64_t sequence = 0;
  std::string hash;  // 32 bytes
};
Result<std::optional<TrailStartRow>> trail_start(Snapshot& snapshot);

// A key and how often it was used, as EventLog::count_use() counts.
struct KeyUseRow {
  Uuid key_id;
  std::int64_t uses = 0;
};
Result<std::vector<KeyUseRow>> key_uses(Snapshot& snapshot);

// The database of a trail, open to be read only: beside a running server, or without one. Used by
// one thread.
class EventReader {
 public:
  // Errors: kUnavailable (not there, cannot be opened), kCorrupt (damaged, or of another program)
  static Result<EventReader> open(const std::string& path);
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) = delete;
  ~EventReader();

  // As Store::read().
  Status read(UniqueFunction<Status(Snapshot&)> work);

 private:
  class Impl;
  explicit EventReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::storage
