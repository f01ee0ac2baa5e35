#pragma once
// Which clients will fail when, why, and which robots use them: known before it happens.
//
// Two sources, in the order of time: clients whose grant ends (an index in the store, however many
// clients there are), and target systems whose last credential ends, with all their clients.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "catalogue/refresh_lifetimes.h"
#include "storage/client_end_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/mortality.h"
#include "vault/types.h"

namespace strongroom::vault {

struct ForecastReader {
  std::optional<RobotId> robot = {};  // nullopt: whoever fits the pattern
  std::string path;                   // with the robot's name; or the pattern
  std::optional<WallTime> last_used_at = {};
};

struct ForecastEntry {
  WallTime ends_at{};
  EndCause cause = EndCause::kNoRefreshToken;
  std::optional<OAuthClientId> client = {};  // nullopt: all clients of the target system
  std::optional<ProjectId> project = {};     // nullopt: a target system of all projects
  TargetSystemId target_system;
  std::string name;  // the client's label, or the target system's name
  Owner owner;
  std::int64_t clients = 1;                 // how many fail, of those that the asker sees
  std::vector<ForecastReader> robots = {};  // who used theirs last comes first; at most kRobots
  bool more_robots = false;
};

struct ForecastQuery {
  WallTime until{};
  std::optional<std::string> owner = {};  // an e-mail address in any case
  std::optional<ProjectId> project = {};  // of it alone, and of what is of all projects
  std::int64_t offset = 0;
  std::int64_t page_size = 50;
};

// How many clients' grants end within each of kWarningDays, counted no further than kMostCounted.
struct EndingCounts {
  std::array<std::int64_t, kWarningDays.size()> clients = {};
};

// Safe to use from any thread. All but latest() block: for a worker or a job.
class Forecasts {
 public:
  static constexpr std::int64_t kReach = 10'000;  // entries that can be paged to, and are counted
  static constexpr std::int64_t kMostSystems = 200;
  static constexpr std::int64_t kMostCounted = 100'000;
  static constexpr std::int64_t kRobots = 5;

  // `lifetimes`: what the catalogue says of refresh tokens.
  Forecasts(Context& context, catalogue::RefreshLifetimesById lifetimes)
      : context_(context), lifetimes_(std::move(lifetimes)) {}

  // Of what `actor` sees, the soonest first. Errors: kPermissionDenied; kUnavailable, kCorrupt.
  Result<Page<ForecastEntry>> list(const Actor& actor, const ForecastQuery& query);
  // One client's clocks. Errors: kPermissionDenied, kNotFound; as list().
  Result<Mortality> clocks(const Actor& actor, OAuthClientId client);

  // Tells the index in the store what the catalogue says; once for each start.
  Status apply_catalogue();
  // The same after the catalogue was changed. Errors: of the store; to be called again then.
  Status apply_catalogue(catalogue::RefreshLifetimesById lifetimes);
  // Counts again.
  Status refresh();
  // As of the last refresh().
  std::shared_ptr<const EndingCounts> latest() const { return *latest_.lock(); }

 private:
  Result<std::vector<ForecastEntry>> systems(storage::Snapshot& snapshot, const Actor& actor,
                                             const ForecastQuery& query);
  Result<std::optional<WallTime>> credential_end(storage::Snapshot& snapshot, const Uuid& system);
  Status add_robots(storage::Snapshot& snapshot, const Actor& actor, ForecastEntry& entry);

  Context& context_;
  Guarded<catalogue::RefreshLifetimesById> lifetimes_;
  mutable Guarded<std::shared_ptr<const EndingCounts>> latest_{
      std::make_shared<const EndingCounts>()};
};

}  // namespace strongroom::vault
