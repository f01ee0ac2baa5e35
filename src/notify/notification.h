#pragma once
// What people and systems are told: one thing that happened to some clients of one project and one
// owner.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace strongroom::notify {

enum class EventKind : std::uint8_t {
  kNeedsSignIn,     // the grant is over: somebody has to sign in at the provider
  kRecovered,       // tokens come again
  kFailing,         // several retrievals one after another brought no token
  kDying,           // it stops working within days unless somebody acts
  kScopesNarrowed,  // its new token may do less than the one before
};
inline constexpr std::size_t kEventKinds = 5;
inline constexpr std::array<EventKind, kEventKinds> kAllEventKinds{
    EventKind::kNeedsSignIn, EventKind::kRecovered, EventKind::kFailing, EventKind::kDying,
    EventKind::kScopesNarrowed};

// "needs_sign_in", "recovered", "failing", "dying", "scopes_narrowed".
std::string_view to_text(EventKind kind);
// nullopt: none of those.
std::optional<EventKind> event_kind_from_text(std::string_view text);

// One client, or a target system with all its clients. Names as they are now, for people.
struct Subject {
  Uuid client = {};  // nil: all clients of the target system
  std::string label = {};
  Uuid target_system = {};
  std::string target_system_name = {};
  std::string cause = {};                   // as the API names it: "grant_revoked"; or empty
  std::optional<WallTime> ends_at = {};     // of kDying
  std::optional<std::int64_t> within = {};  // so many days, of kDying
};

struct Notification {
  EventKind kind = EventKind::kFailing;
  Uuid project = {};  // nil: of no project
  std::string project_name = {};
  std::string owner_name = {};
  std::string owner_email = {};        // empty: they have no owner
  std::vector<Subject> subjects = {};  // the first of them, at most kMostSubjects
  std::int64_t count = 0;              // of all of them
  static constexpr std::size_t kMostSubjects = 100;
};

// What stands around an event.
struct Envelope {
  Uuid id;
  WallTime at{};
  std::string source;  // the server's public URL
};

// The type attribute: "strongroom.oauth_client.needs_sign_in". Of a test event:
// "strongroom.notification_target.test".
std::string event_type(EventKind kind);
inline constexpr std::string_view kTestEventType = "strongroom.notification_target.test";

// The event as structured JSON (CloudEvents 1.0.2, JSON format 1.0.2): ids, names and causes, and
// no token, secret or text of a provider's.
std::string cloud_event(const Notification& notification, const Envelope& envelope);
// One that says nothing but that it arrived.
std::string test_cloud_event(std::string_view target_name, const Envelope& envelope);

}  // namespace strongroom::notify
