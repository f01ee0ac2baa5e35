#pragma once
// What Basic Engine Robots have delivered to them, past the rules of robot access, and whether that
// is allowed at all, in a restored state (docs/adr/0014).

#include <string_view>

#include "backup/taking.h"

namespace strongroom::backup {

// Why an input does not count that was taken away since (storage::RobotInputRow::invalid_reason):
// whoever may grant access stores it anew. It stays listed, so that its robot is not launched with
// a part of what it needs.
inline constexpr std::string_view kNotRevivedInput = "not_revived";

// Inputs that were removed since do not count any more; those that nothing confirms, that were
// changed since, or whose robot was deleted since, are suspended. The switch that forbids delivery
// is set if it was set since. Errors: kCorrupt, a row is not what was stored: it is not signed
// anew; as of the store.
Status take_basic_engine_rights(Taking& taking, storage::Transaction& tx);

}  // namespace strongroom::backup
