#pragma once
// Turns what the audit trail tells into notifications.
//
// It follows the trail from where it was, so nobody who changes something knows of it, and nothing
// is left out by a crash: what is to be told, and how far it has read, are written in one
// transaction.

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "audit/recorded_event.h"
#include "audit/trail.h"
#include "base/clock.h"
#include "base/result.h"
#include "notify/notification_groups.h"
#include "notify/outbox.h"
#include "storage/notification_rows.h"
#include "vault/context.h"

namespace strongroom::notify {

// Used by one thread; blocks.
class Announcer {
 public:
  static constexpr std::size_t kAtOnce = 256;
  // So many retrievals in a row bring no token: then people are told that a client is failing. The
  // first may be a provider's hiccup, and the engine tries again by itself.
  static constexpr std::int64_t kFailuresToTell = 3;

  // All must outlive it.
  Announcer(vault::Context& context, Outbox& outbox) : context_(context), outbox_(outbox) {}

  enum class Found : std::uint8_t {
    kNothing,  // it has read all there is
    kMore,     // there is more to read
    kTold,     // it has read all there is, and something of it is to be told
  };
  // Reads on. What happened while nobody listened is told to nobody later. Errors: of the trail and
  // the store; the next call goes on from the same place.
  // An event that is damaged is logged and left out.
  Result<Found> go_on();
  // The event that it has read last; nullopt: it has not begun.
  std::optional<std::int64_t> position() const { return cursor_; }

 private:
  Status begin();
  Status skip_to_the_end();
  Status listen_again();
  std::vector<audit::RecordedEvent> relevant(const std::vector<audit::Trail::Link>& links) const;
  Status note_cursor(std::int64_t sequence);
  bool is_relevant(const audit::RecordedEvent& event) const;
  // Whether there was something to tell.
  Result<bool> tell(const std::vector<audit::RecordedEvent>& events, std::int64_t last);

  vault::Context& context_;
  Outbox& outbox_;
  std::optional<std::int64_t> cursor_;
  std::int64_t noted_ = 0;
  bool nobody_listened_ = false;
  std::set<Uuid> troubled_;  // clients with a row in notification_troubles
};

}  // namespace strongroom::notify
