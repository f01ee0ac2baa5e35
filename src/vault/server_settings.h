#pragma once
// Switches of the whole server that people set while it runs.

#include <optional>
#include <string_view>

#include "vault/actor.h"
#include "vault/context.h"

namespace strongroom::vault {

// Names and values as they are stored.
inline constexpr std::string_view kBasicEngineForbidden = "basic_engine_robots_forbidden";
inline constexpr std::string_view kYes = "yes";
inline constexpr std::string_view kNo = "no";

struct ServerSettings {
  bool basic_engine_robots_forbidden = false;  // nothing is delivered to them
};
struct ServerSettingsChange {  // nullopt: leave as it is
  std::optional<bool> basic_engine_robots_forbidden;
};

// Worker threads only.
class ServerSwitches {
 public:
  explicit ServerSwitches(Context& context) : context_(context) {}

  // For whoever sees anything: the console tells those who configure clients what does not work.
  Result<ServerSettings> get(const Actor& actor) const;

  // In force when this returns: no launch that is answered later delivers anything (invariant 7).
  // What only forbids works while the audit trail cannot be written. Errors: kPermissionDenied,
  // without kManageServer everywhere; kUnavailable.
  Result<ServerSettings> change(const Actor& actor, const ServerSettingsChange& change);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
