#pragma once
// The audit trail: append-only, hash-chained, durable before anything leaves (invariant 6).
//
// Hand-outs and denials come through append(): queued, committed many at a time with one fsync,
// then answered. Changes come through record_change(): written into an outbox in the change's own
// transaction, and moved into the chain by the trail's thread. Event ids make the move idempotent.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/durations.h"
#include "audit/event.h"
#include "base/clock.h"
#include "base/function.h"
#include "base/log.h"
#include "base/result.h"
#include "storage/store.h"

namespace strongroom::audit {

class CheckpointKey;

struct TrailOptions {
  std::string path;               // the audit database
  std::string vfs = {};           // as SqliteOptions::vfs
  std::size_t max_queued = 8192;  // events waiting for the writer; more are refused
  // What checkpoints are signed with, which the trail does not own; null: there are none.
  const CheckpointKey* key = nullptr;
  std::int64_t checkpoint_events = 1000;      // a checkpoint after so many events
  Milliseconds checkpoint_interval{300'000};  // or so long after the last, if there was any event
};

struct TrailCounters {
  std::uint64_t events = 0;
  std::uint64_t commits = 0;
  std::uint64_t fsyncs = 0;
  std::uint64_t failures = 0;
  std::uint64_t queued = 0;  // now
  Durations::Counts fsync_times = {};
};

// Owns its thread. Safe to use from any thread.
class Trail {
 public:
  // Opens the trail, checks that its last link is sound, and moves what a crash left in the outbox
  // of `state`, which must outlive the trail, as must `clock` and `log`.
  static Result<std::unique_ptr<Trail>> open(const TrailOptions& options, storage::Store& state,
                                             const Clock& clock, Log& log);
  ~Trail();

  // Called on the trail's thread when the event is durable, or cannot be made so; when the queue is
  // full, at once on the thread that calls append(). Must not block, nor call the trail.
  using Done = UniqueFunction<void(Status)>;
  // Errors, by `done`, which is always called:
  //   kUnavailable  the queue is full, or the file could not be written and synced. After a failed
  //                 fsync nothing succeeds until the file was reopened and its end verified.
  //   kConflict     an event with this id is in the chain already (a bug of the caller)
  void append(const Event& event, Done done);
  // The same of two that become durable together or not at all.
  void append(const Event& event, const Event& beside, Done done);
  // The same of one that stands for `count` of its kind.
  void append_counted(const Event& event, std::int64_t count, Done done);

  // Runs `work`, and hands what this thread appends meanwhile to the trail's thread in one piece
  // when it ends. An event loop does so with each of its turns: what came together is committed
  // together, and the trail's thread is woken once. Not to be nested.
  void gather(const std::function<void()>& work);

  // How often each key was used by events that said so (Event::counts_use) and are durable. Errors:
  // as Store::read().
  struct KeyUses {
    Uuid key;
    std::int64_t uses = 0;
  };
  Result<std::vector<KeyUses>> key_uses();

  // Puts `event` into the outbox, inside the transaction of the change that it tells of, and wakes
  // the trail's thread once that is committed.
  Status record_change(storage::Transaction& tx, const Event& event);

  // Whether the last attempt to make an event durable succeeded. Changes that give rights are
  // refused while it is false; changes that take rights away are not.
  bool writable() const;

  // Waits until everything that was appended or put into the outbox before this call is in the
  // chain, but for what another thread still gathers. For tests, for reading one's own writes, and
  // for stopping.
  Status flush();

  TrailCounters counters() const;

  // Reads: newest first.
  struct Query {
    std::string action = {};      // exact; empty: all
    std::string subject_id = {};  // text of a Uuid; empty: all
    std::string actor_id = {};
    std::string project_id = {};
    std::string outcome = {};
    std::optional<std::vector<Uuid>> projects = {};  // events of these alone; nullopt: all
    std::int64_t before_sequence = 0;                // 0: from the newest
    std::size_t limit = 100;                         // 1 to 1000
    std::optional<WallTime> since = {};              // from then on
    std::optional<WallTime> until = {};              // before then
    std::string fingerprint = {};                    // of a token; empty: all
    std::vector<std::string> words = {};             // each occurs in the event, whatever its case
    // Oldest first, from behind this one; nullopt: newest first. There is no exact total then.
    std::optional<std::int64_t> after_sequence = {};
  };
  struct Entry {
    std::int64_t sequence;
    std::string json;  // Event's canonical text
    std::string hash;  // 64 hexadecimal characters
  };
  struct Page {
    std::vector<Entry> entries;
    std::int64_t total = 0;  // of the filtered set
    bool more = false;       // whether there are older ones than these
  };
  // Reads all events for the exact total if there is a filter: there is no index, because it would
  // cost each hand-out more than its hash. So one at a time.
  // Errors: kUnavailable, problem "overloaded": there is one with a filter already;
  // kInvalidArgument at the member of `query` that is no action, outcome or id; and as
  // Store::read().
  Result<Page> list(const Query& query);

  // The events after number `sequence`, oldest first, each with the checkpoint that is of it. No
  // filter, and no wait: for who follows the trail or takes all of it along.
  struct Link {
    Entry entry;
    std::string checkpoint;  // as audit/checkpoint.h says; empty: none
  };
  Result<std::vector<Link>> after(std::int64_t sequence, std::size_t limit);

  // Where the trail stands.
  struct Standing {
    std::int64_t events = 0;
    std::int64_t first_sequence = 0;  // 0: there is no event
    std::int64_t last_sequence = 0;
    std::string head;        // 64 hexadecimal characters
    std::int64_t start = 0;  // greater: the events up to there were removed, as the retention says
    std::string start_hash;
    std::string start_checkpoint;  // that signs the start; empty: it is the true beginning
    std::int64_t checkpoints = 0;
    std::string last_checkpoint;  // the text; empty: there is none
  };
  Result<Standing> standing();

  // Removes the events of before `edge` from the front, up to the last checkpoint there, and tells
  // so in the trail (`event`, counted). Small pieces with room between them, on the trail's thread;
  // waits until they are gone. Answers how many went; 0: there was nothing to remove.
  // Errors: as flush().
  Result<std::int64_t> expire(WallTime edge, const Event& event);

 private:
  class Impl;
  explicit Trail(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Whether `query` lets some events through and others not.
bool narrows(const Trail::Query& query);

}  // namespace strongroom::audit
