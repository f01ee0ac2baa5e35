#pragma once
// The kill switch: what somebody stopped at once, with everything that comes of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vault/types.h"

namespace strongroom::vault {

enum class KillScope : std::uint8_t {
  kRobot,
  kOAuthClient,
  kTargetSystem,
  kServiceProvider,  // all target systems with that entry of the catalogue
  kProject,
};
std::string_view to_text(KillScope value);
std::optional<KillScope> kill_scope_from_text(std::string_view text);

// What is stopped.
struct KillSubject {
  KillScope scope = KillScope::kOAuthClient;
  Uuid id = {};                       // nil: of a service provider
  std::string service_provider = {};  // the catalogue's id of it; empty: of anything else

  bool operator==(const KillSubject&) const = default;
};

// How far the tokens of everything below it are on their way to be revoked at their providers.
enum class KillRevocation : std::uint8_t {
  kOff,     // nobody asked for it
  kQueued,  // some may not have been taken yet
  kDone,    // all were taken: what became of each, its client says
};
std::string_view to_text(KillRevocation value);
std::optional<KillRevocation> kill_revocation_from_text(std::string_view text);

struct Kill {
  KillId id;
  KillSubject subject;
  Uuid project = {};  // that the subject belongs to; nil: to none, as service providers
  std::string name;   // of the subject at that time, for people
  std::string reason;
  KillRevocation revocation = KillRevocation::kQueued;
  Uuid killed_by = {};  // a user
  WallTime killed_at{};
  bool is_durable = true;  // false: in memory only; written as soon as the database takes it
};

// To people who want a token of what is stopped.
inline Error stopped_by_a_kill() {
  return Error{Code::kConflict,
               "A kill switch stops this. Nothing is asked for until somebody lifts it.",
               {},
               "killed"};
}

}  // namespace strongroom::vault
