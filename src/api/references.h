#pragma once
// From what a caller wrote to an id, and from an id to a name that people know.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/services.h"
#include "base/result.h"
#include "vault/actor.h"
#include "vault/secret_types.h"

namespace strongroom::api {

// The project with the id or, if `text` is no id, the name `text`; in any case. That an id names a
// project is left to the vault to check. Errors: kInvalidArgument at `field`: there is none.
Result<vault::ProjectId> find_project(const Services& services, const vault::Actor& actor,
                                      std::string_view text, std::string_view field);

// The same for a target system, by name among those of `project` and the global ones.
Result<vault::TargetSystemId> find_target_system(const Services& services,
                                                 const vault::Actor& actor,
                                                 vault::ProjectId project, std::string_view text,
                                                 std::string_view field);

// The names of what an answer refers to, each asked for once. Not thread-safe.
class Names {
 public:
  Names(const Services& services, const vault::Actor& actor) : services_(services), actor_(actor) {}

  const vault::Actor& actor() const { return actor_; }
  // Empty where there is no such thing any more.
  const std::string& of(vault::ProjectId id);
  const std::string& of(vault::TargetSystemId id);
  // Null where there is no such thing any more. Good until the next call.
  const vault::OAuthClient* find(vault::OAuthClientId id);
  const vault::Robot* find(vault::RobotId id);
  const vault::StoredSecret* find(vault::SecretId id);
  // How many of a robot's keys live: 0 of one that is gone. Asked each time.
  std::int64_t live_keys_of(vault::RobotId id) const;

 private:
  const Services& services_;
  const vault::Actor& actor_;
  std::unordered_map<vault::ProjectId, std::string, UuidHash> projects_;
  std::unordered_map<vault::TargetSystemId, std::string, UuidHash> target_systems_;
  std::unordered_map<vault::OAuthClientId, std::optional<vault::OAuthClient>, UuidHash> clients_;
  std::unordered_map<vault::RobotId, std::optional<vault::Robot>, UuidHash> robots_;
  std::unordered_map<vault::SecretId, std::optional<vault::StoredSecret>, UuidHash> secrets_;
};

}  // namespace strongroom::api
