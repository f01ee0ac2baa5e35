#include "audit/trail_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/checkpoint.h"

namespace strongroom::audit {
namespace {

constexpr std::size_t kOutboxRows = 256;  // moved with one commit
constexpr std::int64_t kRemovedAtOnce = 256;
constexpr std::chrono::seconds kRetry{1};
constexpr Milliseconds kBetweenAttempts{100};  // of a recovery, while events keep coming

// Of the thread that it is on; at most one, since gathering is not nested.
thread_local TrailWriter::Gathering* this_threads_gathering = nullptr;
// The memory of the last one, empty, for the next.
thread_local std::vector<TrailWriter::Pending> spare_events;

Error full() {
  return Error{Code::kUnavailable, "the audit trail cannot take more events at the moment",
               "its queue is full", "audit_unavailable"};
}

Error unwritable() {
  return Error{Code::kUnavailable, "the audit trail cannot be written at the moment",
               "it has not recovered from a failed write", "audit_unavailable"};
}

}  // namespace

TrailWriter::TrailWriter(Chain& chain, storage::Store& state, const Clock& clock, Log& log,
                         Numbers& numbers, const TrailOptions& options)
    : chain_(chain),
      state_(state),
      clock_(clock),
      log_(log),
      numbers_(numbers),
      options_(options) {}

TrailWriter::~TrailWriter() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Status TrailWriter::move_leftovers() {
  std::vector<Pending> none;
  return move_outbox(none);
}

void TrailWriter::start(std::int64_t last_checkpoint) {
  signed_until_ = last_checkpoint;
  signed_at_ = clock_.boot_now();
  thread_ = std::thread([this] { run(); });
}

TrailWriter::Gathering::Gathering(TrailWriter& writer) : writer_(writer) {
  events_.swap(spare_events);
  this_threads_gathering = this;
}

TrailWriter::Gathering::~Gathering() {
  this_threads_gathering = nullptr;
  if (!events_.empty()) writer_.push_all(events_);
  events_.swap(spare_events);
}

void TrailWriter::push(Pending event) {
  Gathering* const gathering = this_threads_gathering;
  if (gathering != nullptr && &gathering->writer_ == this) {
    gathering->events_.push_back(std::move(event));
    return;
  }
  std::vector<Pending> one;
  one.push_back(std::move(event));
  push_all(one);
}

// Takes what there is room for, and refuses the rest. `events` is empty then.
void TrailWriter::push_all(std::vector<Pending>& events) {
  std::size_t taken = 0;
  {
    const std::lock_guard lock(mutex_);
    taken = std::min(events.size(), options_.max_queued - next_.events.size());
    const auto end = events.begin() + static_cast<std::ptrdiff_t>(taken);
    next_.events.insert(next_.events.end(), std::make_move_iterator(events.begin()),
                        std::make_move_iterator(end));
  }
  if (taken > 0) wake_.notify_one();
  for (std::size_t i = taken; i < events.size(); ++i) events[i].done(full());
  events.clear();
}

void TrailWriter::outbox_filled() {
  {
    const std::lock_guard lock(mutex_);
    next_.outbox = true;
  }
  wake_.notify_one();
}

Status TrailWriter::flush() {
  Flush flush;
  std::unique_lock lock(mutex_);
  next_.flushes.push_back(&flush);
  wake_.notify_one();
  flush.finished.wait(lock, [&] { return flush.outcome.has_value(); });
  return *std::move(flush.outcome);
}

std::size_t TrailWriter::queued() const {
  const std::lock_guard lock(mutex_);
  return next_.events.size();
}

// What waits to be removed is removed in small pieces, each behind whatever came meanwhile.
void TrailWriter::run() {
  if (is_time_for_checkpoint()) write_checkpoint();  // a crash left much that nobody signed
  std::unique_lock lock(mutex_);
  while (true) {
    wait(lock);
    if (stopping_ && next_.empty()) break;
    Work work = std::exchange(next_, {});
    Removal* const removal = removal_;
    lock.unlock();
    handle(work);
    if (removal != nullptr) remove_some(*removal);
    if (is_time_for_checkpoint()) write_checkpoint();
    lock.lock();
  }
  if (removal_ != nullptr) end_removal(unwritable());
  lock.unlock();
  if (!broken_ && chain_.head().sequence > signed_until_) write_checkpoint();
}

void TrailWriter::wait(std::unique_lock<std::mutex>& lock) {
  const auto wanted = [&] { return stopping_ || !next_.empty() || removal_ != nullptr; };
  if (broken_ || outbox_left_) {
    wake_.wait_for(lock, kRetry, wanted);
  } else if (options_.key != nullptr && chain_.head().sequence > signed_until_) {
    const Milliseconds since = clock_.boot_now() - signed_at_;
    wake_.wait_for(lock, std::max(options_.checkpoint_interval - since, Milliseconds{1}), wanted);
  } else {
    wake_.wait(lock, wanted);
  }
}

bool TrailWriter::is_time_for_checkpoint() const {
  const std::int64_t unsigned_links = chain_.head().sequence - signed_until_;
  if (options_.key == nullptr || broken_ || unsigned_links == 0) return false;
  return unsigned_links >= options_.checkpoint_events ||
         clock_.boot_now() - signed_at_ >= options_.checkpoint_interval;
}

// Of what is durable already, in a commit of its own.
void TrailWriter::write_checkpoint() {
  if (options_.key == nullptr) return;
  signed_at_ = clock_.boot_now();
  const auto text = options_.key->sign(chain_.head(), clock_.now());
  if (!text) return log_.failed("a checkpoint of the audit trail cannot be signed", text.error());
  const Status written = in_group([&] { return chain_.add_checkpoint(*text); });
  if (!written) return log_.failed("a checkpoint cannot be made durable", written.error());
  signed_until_ = chain_.head().sequence;
}

// A commit beside those of events. After an error the writer is broken, as after theirs.
Status TrailWriter::in_group(const std::function<Status()>& work) {
  Status outcome = chain_.begin();
  if (outcome) outcome = work();
  if (outcome) outcome = chain_.commit();
  if (outcome) return outcome;
  chain_.abandon();
  ++numbers_.failures;
  broken_ = true;
  return outcome;
}

Result<std::int64_t> TrailWriter::expire(Expiry expiry) {
  Removal removal{.expiry = std::move(expiry)};
  std::unique_lock lock(mutex_);
  if (removal_ != nullptr || stopping_) return unwritable();
  removal_ = &removal;
  wake_.notify_one();
  removal.finished.wait(lock, [&] { return removal.outcome.has_value(); });
  return *std::move(removal.outcome);
}

// First the event that tells it and the new beginning, together; then the links, the oldest first.
void TrailWriter::remove_some(Removal& removal) {
  std::int64_t removed = 0;
  const Status done = broken_ ? Status(unwritable()) : in_group([&]() -> Status {
    if (removal.expiry.start.sequence > 0) {
      STRONGROOM_CHECK(chain_.add(removal.expiry.id, removal.expiry.body));
      return chain_.begin_behind(removal.expiry.start);
    }
    STRONGROOM_TRY(removed, chain_.log().remove_before_start(kRemovedAtOnce));
    return {};
  });
  const bool moved_start = std::exchange(removal.expiry.start.sequence, 0) > 0;
  removal.removed += removed;
  const std::lock_guard lock(mutex_);
  if (!done) return end_removal(done.error());
  if (!moved_start && removed < kRemovedAtOnce) end_removal(removal.removed);
}

// Under the lock: the caller cannot be gone yet.
void TrailWriter::end_removal(Result<std::int64_t> outcome) {
  removal_->outcome = std::move(outcome);
  removal_->finished.notify_one();
  removal_ = nullptr;
}

void TrailWriter::handle(Work& work) {
  const bool wants_outbox =
      work.outbox || !work.flushes.empty() || (outbox_left_ && is_time_for_outbox(work));
  Status outcome = recover(work.events.empty());
  if (!outcome) {
    finish(work.events, outcome);
    outbox_left_ = outbox_left_ || work.outbox;
  } else if (wants_outbox) {
    outcome = move_outbox(work.events);
  } else if (!work.events.empty()) {
    outcome = commit(work.events, {});
  }
  if (const Status tidied = chain_.log().tidy(); !tidied) {
    log_.failed("the audit trail's log cannot be moved into it yet", tidied.error());
  }
  const std::lock_guard lock(mutex_);
  for (Flush* flush : work.flushes) {
    flush->outcome = outcome;
    flush->finished.notify_one();  // under the lock: the caller cannot be gone yet
  }
}

// While the state database cannot be used, not with every group of events.
bool TrailWriter::is_time_for_outbox(const Work& work) const {
  return work.events.empty() || clock_.boot_now() >= next_outbox_attempt_;
}

// The events go with the first rows. Rows are deleted only when they are in the chain; a crash in
// between leaves them in both, and add_once() passes over them.
Status TrailWriter::move_outbox(std::vector<Pending>& events) {
  outbox_left_ = true;
  next_outbox_attempt_ = clock_.boot_now() + kRetry;
  while (true) {
    Result<std::vector<storage::OutboxRow>> rows = read_outbox();
    if (!rows) {
      log_.failed("the audit outbox cannot be read", rows.error());
      if (!events.empty()) STRONGROOM_CHECK(commit(events, {}));
      return rows.error();
    }
    if (!events.empty() || !rows->empty()) STRONGROOM_CHECK(commit(events, *rows));
    STRONGROOM_CHECK(clear_outbox(*rows));
    if (rows->size() < kOutboxRows) break;
  }
  outbox_left_ = false;
  return {};
}

Result<std::vector<storage::OutboxRow>> TrailWriter::read_outbox() {
  std::vector<storage::OutboxRow> rows;
  STRONGROOM_CHECK(state_.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(rows, storage::oldest_outbox_rows(snapshot, kOutboxRows));
    return {};
  }));
  return rows;
}

Status TrailWriter::clear_outbox(const std::vector<storage::OutboxRow>& rows) {
  if (rows.empty()) return {};
  Status cleared =
      state_.write([&](storage::Transaction& tx) { return storage::delete_outbox_rows(tx, rows); });
  if (!cleared) log_.failed("moved rows cannot be deleted from the audit outbox", cleared.error());
  return cleared;
}

// Answers everybody the same, who waits in flush() included. After an error nothing of the group
// counts, and the writer is broken.
Status TrailWriter::commit(std::vector<Pending>& events,
                           const std::vector<storage::OutboxRow>& rows) {
  const std::int64_t before = chain_.head().sequence;
  Status outcome = write_group(events, rows);
  if (outcome) {
    numbers_.events += static_cast<std::uint64_t>(chain_.head().sequence - before);
    ++numbers_.commits;
  } else {
    chain_.abandon();
    ++numbers_.failures;
    broken_ = true;
    log_.failed("audit events cannot be made durable", outcome.error());
  }
  const Status answer = outcome ? outcome : Status(unwritable());
  finish(events, answer);
  return answer;
}

Status TrailWriter::write_group(std::vector<Pending>& events,
                                const std::vector<storage::OutboxRow>& rows) {
  STRONGROOM_CHECK(chain_.begin());
  for (Pending& event : events) {
    Status added = chain_.add(event.id, event.body);
    if (added && !event.beside.id.is_nil()) added = chain_.add(event.beside.id, event.beside.body);
    if (added && event.counted_key != Uuid{}) added = chain_.count_use(event.counted_key);
    if (added) continue;
    if (added.error().code != Code::kConflict) return added;
    std::exchange(event.done, {})(std::move(added));  // an id twice: that one fails alone
  }
  for (const storage::OutboxRow& row : rows) STRONGROOM_CHECK(chain_.add_once(row.id, row.body));
  return chain_.commit();
}

Status TrailWriter::recover(bool idle) {
  if (!broken_) return {};
  const BootTime now = clock_.boot_now();
  if (!idle && now < next_attempt_) return unwritable();
  next_attempt_ = now + kBetweenAttempts;
  if (const Status recovered = chain_.recover(); !recovered) {
    log_.failed("the audit trail cannot be written yet", recovered.error());
    return unwritable();
  }
  broken_ = false;
  log_.info("the audit trail can be written again", {{"sequence", chain_.head().sequence}});
  return {};
}

void TrailWriter::finish(std::vector<Pending>& events, const Status& outcome) {
  for (Pending& event : events) {
    if (event.done) event.done(outcome);
  }
  events.clear();
}

}  // namespace strongroom::audit
