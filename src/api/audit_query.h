#pragma once
// Which events of the audit trail are meant.

#include <cstdint>

#include "api/call.h"
#include "api/query_reader.h"
#include "api/services.h"

namespace strongroom::api {

// Takes every parameter that narrows the trail, and finishes `reader`. Errors: kInvalidArgument at
// the parameter.
Result<audit::Trail::Query> read_audit_query(const Services& services, const Call& call,
                                             QueryReader& reader, std::int64_t longest_page);

}  // namespace strongroom::api
