#pragma once
// Events that stand for several: the member `count`, the last one of their text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/event.h"

namespace strongroom::audit {

// As to_json(event), with `"count":…` behind everything else.
std::string to_json(const Event& event, std::int64_t count);

// How many links were removed from the front of the trail until then, as the event kAuditExpired
// with this text says; nullopt: it is another event.
std::optional<std::int64_t> removed_events(std::string_view body);

}  // namespace strongroom::audit
