#include "vault/journal.h"

#include <algorithm>
#include <condition_variable>
#include <string>
#include <utility>

#include "crypto/digest.h"

namespace strongroom::vault {
namespace {

std::uint64_t intent_at(std::size_t slot) { return slot * std::uint64_t{kSlotBytes}; }
std::uint64_t answer_at(std::size_t slot) { return intent_at(slot) + kIntentBytes; }

Error full() {
  return Error{Code::kUnavailable,
               "Too many requests are under way whose answers must be kept; ask again.",
               {},
               "journal_full"}
      .with("retry_after", std::int64_t{1});
}

Error journal_failed(Error cause) {
  cause.message = "What providers answer cannot be kept safely now, so nothing is asked.";
  cause.problem = "journal_failed";
  return std::move(cause).with("retry_after", std::int64_t{10});
}

// An answer opens only as the answer to exactly this intent: not for another client, not with
// another refresh token's generation.
std::string binding(const JournalIntent& intent) {
  const crypto::Sha256Digest digest = crypto::sha256(encode_intent(intent).value_or(""));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
crypto::Place answer_place(const JournalIntent& intent, const std::string& bound_to) {
  return {.table = "journal",
          .row = intent.id,
          .column = "answer",
          .scope = intent.project.uuid,
          .generation = intent.generation,
          .destination = bound_to};
}

}  // namespace

// Somebody who wrote while a sync was under way, on their stack. Each has a mutex of its own: many
// that woke up to ask for one and the same would wait a second time, for each other.
class Journal::Waiter {
 public:
  enum class Told : std::uint8_t {
    kDurable,
    kFailed,
    kSync,  // it is the one that makes the next
  };
  explicit Waiter(std::uint64_t write) : write_(write) {}

  std::uint64_t write() const { return write_; }
  Told wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return told_.has_value(); });
    return *told_;
  }
  void tell(Told what) {
    const std::lock_guard lock(mutex_);
    told_ = what;
    changed_.notify_one();  // under the lock: who waits cannot be gone yet
  }

 private:
  const std::uint64_t write_;  // the number of their write
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Told> told_;
};

Journal::Journal(std::unique_ptr<File> file, crypto::Sealer& sealer, const Clock& clock, Log& log)
    : file_(std::move(file)), sealer_(sealer), clock_(clock), log_(log), slots_(kJournalSlots) {}

Result<std::unique_ptr<Journal>> Journal::open(std::unique_ptr<File> file, crypto::Sealer& sealer,
                                               const Clock& clock, Log& log) {
  std::unique_ptr<Journal> journal(new Journal(std::move(file), sealer, clock, log));
  STRONGROOM_CHECK(journal->load());
  return journal;
}

// What cannot be read was torn before it was durable, so nothing was sent for it; or it is a slot
// that was never used.
Status Journal::load() {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    STRONGROOM_TRY(const std::string bytes, file_->read(intent_at(slot), kIntentBytes));
    slots_[slot].intent = decode_intent(bytes);
    slots_[slot].is_left = slots_[slot].intent.has_value();
  }
  return {};
}

Status Journal::begin(const JournalIntent& intent) {
  const auto bytes = encode_intent(intent);
  if (!bytes) {
    return Error{Code::kInvalidArgument, "What is asked for is too long to be kept."}.at(
        "resource");
  }
  STRONGROOM_CHECK(recover());
  const auto slot = take_slot(intent);
  if (!slot) return full();
  const Status written = write_durably(intent_at(*slot), *bytes);
  if (written) return {};
  free_slot(*slot);
  return journal_failed(written.error());
}

Status Journal::answered(const Uuid& id, const oauth::TokenAnswer& answer) {
  std::optional<std::size_t> slot;
  JournalIntent intent;
  {
    const std::lock_guard lock(mutex_);
    slot = slot_of(id);
    if (slot) intent = *slots_[*slot].intent;
  }
  if (!slot) return Error{Code::kNotFound, "The journal has no such intent."};
  STRONGROOM_CHECK(recover());
  const std::string bound_to = binding(intent);
  const oauth::AnswerBytes bytes = oauth::to_bytes(answer);
  STRONGROOM_TRY(const std::string sealed,
                 sealer_.seal(answer_place(intent, bound_to), bytes.reveal()));
  const auto framed = encode_answer(id, sealed);
  if (!framed) return Error{Code::kInternal, "An answer is larger than the room that it has."};
  return write_durably(answer_at(*slot), *framed);
}

void Journal::done(const Uuid& id) {
  const std::lock_guard lock(mutex_);
  const auto slot = slot_of(id);
  if (!slot) return;
  slots_[*slot] = {};
  if (const Status written = file_->write(intent_at(*slot), encode_done(id)); !written) {
    has_failed_ = true;
    log_.failed("The journal could not be written.", written.error());
  }
}

void Journal::leave(const Uuid& id) {
  const std::lock_guard lock(mutex_);
  if (const auto slot = slot_of(id)) slots_[*slot].is_left = true;
}

std::vector<JournalIntent> Journal::unsettled() const {
  std::vector<JournalIntent> left;
  {
    const std::lock_guard lock(mutex_);
    for (const Slot& slot : slots_) {
      if (slot.intent && slot.is_left) left.push_back(*slot.intent);
    }
  }
  std::ranges::sort(left, {}, &JournalIntent::at);
  return left;
}

std::vector<JournalIntent> Journal::unsettled(OAuthClientId client) const {
  std::vector<JournalIntent> left = unsettled();
  std::erase_if(left, [&](const JournalIntent& intent) { return intent.client != client; });
  return left;
}

Result<std::optional<oauth::TokenAnswer>> Journal::answer_to(const JournalIntent& intent) const {
  using Answer = std::optional<oauth::TokenAnswer>;
  std::optional<std::size_t> slot;
  {
    const std::lock_guard lock(mutex_);
    slot = slot_of(intent.id);
  }
  if (!slot) return Answer();
  STRONGROOM_TRY(const std::string bytes, file_->read(answer_at(*slot), kAnswerBytes));
  const auto sealed = decode_answer(intent.id, bytes);
  if (!sealed) return Answer();
  const std::string bound_to = binding(intent);
  STRONGROOM_TRY(const auto opened,
                 sealer_.open<oauth::AnswerBytes>(answer_place(intent, bound_to), *sealed));
  STRONGROOM_TRY(auto answer, oauth::answer_from_bytes(opened.reveal(), clock_));
  return Answer(std::move(answer));
}

Result<bool> Journal::has_sealed_with(const crypto::KeyId& key) const {
  std::vector<std::pair<std::size_t, Uuid>> taken;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].intent) taken.emplace_back(slot, slots_[slot].intent->id);
    }
  }
  for (const auto& [slot, id] : taken) {
    STRONGROOM_TRY(const std::string bytes, file_->read(answer_at(slot), kAnswerBytes));
    const auto sealed = decode_answer(id, bytes);
    if (sealed && crypto::Sealer::key_of(*sealed) == key) return true;
  }
  return false;
}

std::size_t Journal::free_slots() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(slots_, [](const Slot& slot) { return !slot.intent; }));
}

std::optional<std::size_t> Journal::take_slot(const JournalIntent& intent) {
  const std::lock_guard lock(mutex_);
  const auto free = std::ranges::find_if(slots_, [](const Slot& slot) { return !slot.intent; });
  if (free == slots_.end()) return std::nullopt;
  free->intent = intent;
  return static_cast<std::size_t>(free - slots_.begin());
}

std::optional<std::size_t> Journal::slot_of(const Uuid& id) const {
  const auto found = std::ranges::find_if(
      slots_, [&](const Slot& slot) { return slot.intent && slot.intent->id == id; });
  if (found == slots_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - slots_.begin());
}

void Journal::free_slot(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  slots_[slot] = {};
}

// After a failure nobody knows what the file holds: everything that counts is written once more,
// and has to become durable before anything new is begun.
Status Journal::recover() {
  const std::lock_guard lock(mutex_);
  if (!has_failed_ || is_syncing_) return {};
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const auto& intent = slots_[slot].intent;
    const std::string bytes = intent ? encode_intent(*intent).value_or("") : encode_done(Uuid{});
    if (const Status written = file_->write(intent_at(slot), bytes); !written) {
      return journal_failed(written.error());
    }
    if (!intent) continue;
    const auto answer = file_->read(answer_at(slot), kAnswerBytes);
    const Status written = answer ? file_->write(answer_at(slot), *answer) : answer.error();
    if (!written) return journal_failed(written.error());
  }
  if (const Status synced = file_->sync(); !synced) return journal_failed(synced.error());
  has_failed_ = false;
  log_.info("The journal could be written again.");
  return {};
}

Status Journal::write_durably(std::uint64_t offset, std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (Status written = file_->write(offset, bytes); !written) {
    has_failed_ = true;
    return written;
  }
  ++writes_;
  if (!is_syncing_) return sync(lock);
  Waiter waiter(writes_);
  waiting_.push_back(&waiter);
  lock.unlock();
  switch (waiter.wait()) {
    case Waiter::Told::kDurable:
      return {};
    case Waiter::Told::kFailed:
      return Error{Code::kUnavailable, "The journal's disk failed."};
    case Waiter::Told::kSync:
      break;
  }
  lock.lock();
  return sync(lock);
}

// `lock` is held, but not while the disk works, and not any more afterwards.
Status Journal::sync(std::unique_lock<std::mutex>& lock) {
  is_syncing_ = true;
  const std::uint64_t covered = writes_;
  lock.unlock();
  Status synced = file_->sync();
  lock.lock();
  if (!synced) has_failed_ = true;
  // A sync that succeeds after one that failed says nothing of what that one was about: nor of what
  // was written meanwhile.
  const auto end = std::ranges::find_if(waiting_, [&](const Waiter* waiter) {
    return synced.has_value() && waiter->write() > covered;
  });
  const std::vector<Waiter*> told(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  is_syncing_ = !waiting_.empty();
  Waiter* const next = is_syncing_ ? waiting_.front() : nullptr;
  if (is_syncing_) waiting_.erase(waiting_.begin());
  lock.unlock();
  if (next != nullptr) next->tell(Waiter::Told::kSync);  // first: the disk goes on meanwhile
  for (Waiter* const waiter : told) {
    waiter->tell(synced ? Waiter::Told::kDurable : Waiter::Told::kFailed);
  }
  return synced;
}

}  // namespace strongroom::vault
