#pragma once
// What an audit trail that goes on from a backup's says was taken away since.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "audit/chain.h"
#include "backup/manifest.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/uuid.h"
#include "storage/event_rows.h"

namespace strongroom::backup {

// A user's place in a group, as the trail names it: user, the group's name, where it came from.
using Membership = std::tuple<Uuid, std::string, std::string>;
// A role that a group has: group, the role's name, project (nil: everywhere).
using GroupRole = std::tuple<Uuid, std::string, Uuid>;

// What became of the inputs of one Basic Engine Robot, by the names that the trail has of them.
struct InputsSince {
  std::set<std::string> removed;   // or of no use any more: client or robot are others
  std::set<std::string> doubtful;  // that a change in a strict project made invalid
  std::set<std::string> added;     // "name = label of the client"
};

// What a kill stops: its scope, the id of the thing (nil: of a service provider), and of a service
// provider the catalogue's id, which trails of older versions do not have.
using Killed = std::tuple<std::string, Uuid, std::string>;

struct KillSince {
  Uuid by;  // a user
  WallTime at{};
  std::string name;  // of what is stopped
};

// As vault names the setting of a project that makes it strict.
inline constexpr std::string_view kStrictField = "robot_access";

struct Newer {
  // Whether something newer was there that knows of everything: what it does not take away still
  // counts. Without it, nothing is known to count.
  bool confirms = false;
  bool has_trail = false;        // it was an audit trail
  audit::Head head;              // where that ends
  std::set<Uuid> revoked;        // keys, identities and rules, by their ids
  std::set<Uuid> invalid_rules;  // rules that let nobody in
  std::set<Uuid> suspended;      // by a restore in between, and not lifted: by the ids of things
  std::set<Uuid> deleted_users;
  std::set<Uuid> disabled_users;
  std::set<Uuid> changed_passwords;  // of users who have another password or second factor
  std::set<Uuid> unlinked_users;     // who lost an account at a provider
  std::set<Uuid> deleted_groups;
  std::set<Uuid> deleted_providers;  // of single sign-on
  std::set<Membership> ended_memberships;
  std::set<GroupRole> ended_group_roles;
  std::map<Uuid, std::set<std::string>> group_names;  // that they were given
  std::set<Uuid> deleted_robots;
  std::set<Uuid> disabled_clients;
  std::set<Uuid> revoked_clients;            // whose tokens were revoked
  std::map<Uuid, InputsSince> inputs;        // of robots
  std::map<Uuid, std::int64_t> box_changes;  // how often a client's box for them was turned over
  bool forbids_basic_engine = false;         // by the switch of the server, which was set since
  std::vector<storage::KeyUseRow> key_uses;  // of keys whose uses are limited: no use comes back
  // Hand-outs by each key since the backup, where only the events tell of them.
  std::map<Uuid, std::int64_t> uses_since;
  std::int64_t changed_roles = 0;               // whose permissions may have been more, or others
  std::map<Uuid, std::int64_t> strict_changes;  // how often a project became strict, or not
  std::map<Killed, KillSince> kills;            // that were set and not lifted
};

// Whether the server whose trail it is vouches for an event.
enum class Word : std::uint8_t {
  kBelieved,
  kDoubted,  // anybody may have written it: it takes away, and gives nothing again
};

// Notes what the event of a link that came after the backup takes away or, if it is believed, gives
// again. Errors: kCorrupt, it is no event.
Status note_event(const storage::EventRow& row, Word word, Newer& newer);

// Reads the trail in the audit database at `path`, of which nobody writes: a copy. If the head that
// `manifest` names is in it and every link since fits, `newer` has what came since, and confirms.
// Errors: kCorrupt, a link does not fit; kNotFound, the head is not there: it is another trail, or
// an older one; kUnavailable, it cannot be read.
Status read_newer_trail(const std::string& path, const Manifest& manifest, Newer& newer);

// The same of a database that somebody gave, who may have written to it: its checkpoints have to be
// signed with `public_key`, the one that signed the backup's. Believed is what comes before the
// last of them, and it confirms only if that is newer than the backup. Empty: the backup has none,
// and nothing can be told. Errors: also kCorrupt of audit::verify(); kConflict, it was changed
// while it was read.
Status read_given_trail(const std::string& path, const Manifest& manifest,
                        const std::string& public_key, Log& log, Newer& newer);

// Ids that were revoked, one a line; what begins with # is a comment. What is not in it counts.
// Errors: kInvalidArgument, a line is no id; kNotFound, there is no such file.
Status read_revocation_list(const std::string& path, Newer& newer);

}  // namespace strongroom::backup
