#pragma once
// The journal: what was asked of a provider, and what it answered, before anybody acts on it.
//
// A refresh token that is used up brings the next one in the answer, once. So no such request is
// sent before there is room for its answer, and the answer is sealed and durable before it is read
// (invariant 9). The file has slots of one size, each for one request and its answer: a slot that
// is taken is the room that is reserved.
//
//   begin(intent) -> request -> answered(id, raw) -> read, store -> done(id)
//
// What is left behind without done(), by a crash or because nothing could be stored, is settled
// later (vault/journal_settlement.h): the answer is stored, or, without one, what was sent is in
// doubt.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/sealer.h"
#include "vault/journal_slot.h"

namespace strongroom::vault {

inline constexpr std::size_t kJournalSlots = 64;
inline constexpr std::uint64_t kJournalBytes = kJournalSlots * std::uint64_t{kSlotBytes};

// Safe to use from any thread. Its calls block on the disk: workers only.
class Journal {
 public:
  // Reads what is in the file. All of the arguments must outlive it. Errors: kUnavailable.
  static Result<std::unique_ptr<Journal>> open(std::unique_ptr<File> file, crypto::Sealer& sealer,
                                               const Clock& clock, Log& log);

  // Takes a slot and makes the intent durable; nothing may be sent before it returns.
  //
  // Errors: kUnavailable, "journal_full": every slot is taken; "journal_failed": the disk failed,
  // so that nothing is begun until what was under way has ended; kInvalidArgument, the intent is
  // too long.
  Status begin(const JournalIntent& intent);

  // Seals the answer into the slot of `id`, and returns when it is durable. Never inside a
  // transaction. Errors: as crypto::Sealer::seal(); kUnavailable; kNotFound, there is no such slot.
  Status answered(const Uuid& id, const oauth::TokenAnswer& answer);

  // Everything is stored, or there is nothing to store: frees the slot. What is lost of this in a
  // crash does no harm: what is settled already is not settled again.
  void done(const Uuid& id);
  // It could not be settled now: the slot stays as it is, for unsettled().
  void leave(const Uuid& id);

  // What waits to be settled, oldest first: left by another process, or by leave().
  std::vector<JournalIntent> unsettled() const;
  std::vector<JournalIntent> unsettled(OAuthClientId client) const;
  // Its answer; nullopt: none was written. Errors: kCorrupt, it does not open; kUnavailable.
  Result<std::optional<oauth::TokenAnswer>> answer_to(const JournalIntent& intent) const;

  // Whether it holds an answer that was sealed with this data key. Errors: kUnavailable.
  Result<bool> has_sealed_with(const crypto::KeyId& key) const;

  std::size_t free_slots() const;

 private:
  struct Slot {
    std::optional<JournalIntent> intent;  // nullopt: free
    bool is_left = false;
  };
  class Waiter;

  Journal(std::unique_ptr<File> file, crypto::Sealer& sealer, const Clock& clock, Log& log);
  Status load();
  std::optional<std::size_t> take_slot(const JournalIntent& intent);
  std::optional<std::size_t> slot_of(const Uuid& id) const;
  void free_slot(std::size_t slot);
  Status recover();
  Status write_durably(std::uint64_t offset, std::string_view bytes);
  Status sync(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<File> file_;
  crypto::Sealer& sealer_;
  const Clock& clock_;
  Log& log_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  bool has_failed_ = false;  // a write or sync did: nobody knows what the file holds
  // Syncs are shared: whoever finds one under way waits for the next, which covers all who wait by
  // then, and which the first of them makes.
  std::vector<Waiter*> waiting_;  // in the order of their writes
  std::uint64_t writes_ = 0;
  bool is_syncing_ = false;  // or is about to
};

}  // namespace strongroom::vault
