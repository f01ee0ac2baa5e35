#pragma once
// How far the clocks of a place are from UTC.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::vault {

// Immutable, so threads may share it.
class TimeZone {
 public:
  // "UTC"; "+02:00", up to 14 hours; or a name of the IANA database, "Europe/Berlin", as this
  // machine has it (package tzdata): read now, so what changes there later counts after a restart.
  //
  // Errors: kInvalidArgument: none of these, or the machine does not know it.
  static Result<TimeZone> find(std::string_view name);

  // What find() reads, in the form of RFC 8536. Errors: kInvalidArgument: damaged, or it ends too
  // soon to be of use.
  static Result<TimeZone> parse(std::string_view tzif);

  // The time on the clocks there, as seconds since 1970 of a calendar without a zone.
  std::int64_t local_seconds(WallTime time) const;

 private:
  struct Change {
    std::int64_t at = 0;      // seconds since 1970, UTC
    std::int64_t offset = 0;  // from then on, seconds east of UTC
  };
  std::int64_t first_offset_ = 0;  // before the first change
  std::vector<Change> changes_;    // in their order
};

}  // namespace strongroom::vault
