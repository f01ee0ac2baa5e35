#pragma once
// What all kinds of rights need that a restore takes away: where they are, what says so, and how it
// is told.

#include <string>
#include <string_view>
#include <vector>

#include "audit/event.h"
#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/report.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"

namespace strongroom::backup {

// One restore's. All of it outlives it; the trail of `data` is open.
struct Taking {
  OpenData& data;
  const Newer& newer;
  crypto::Random& random;
  WallTime now;
  RestoreReport& report;

  // Whether nothing newer confirms the thing with this id: nothing is there, or a restore in
  // between has suspended it, and nobody has lifted that.
  bool is_doubtful(const Uuid& id) const { return !newer.confirms || newer.suspended.contains(id); }
};

// What was taken, for the trail. `subject` has the name, and `fields` say what of it.
struct Taken {
  audit::Action action;
  Uuid subject;
  Uuid project = {};  // nil: it belongs to none
  std::string name = {};
  std::vector<std::string> fields = {};
  std::string_view reason = "restore";
};

// Writes the event. Errors: as of the store.
Status record(Taking& taking, storage::Transaction& tx, Taken taken);

// Writes the row by which somebody can say that it still counts, and the event. `kind` is one of
// those in backup/rights.h. Errors: as of the store.
Status suspend(Taking& taking, storage::Transaction& tx, std::string_view kind, Taken taken);

}  // namespace strongroom::backup
