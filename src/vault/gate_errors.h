#pragma once
// What those are told who do not pass a gate of vault/provider_gates.h: kUnavailable, with
// "retry_after" where coming back may help.

#include "base/clock.h"
#include "base/result.h"
#include "vault/endpoint_breaker.h"

namespace strongroom::vault {

Error too_many_wait();    // "overloaded": the queue is full
Error waited_too_long();  // "overloaded"
Error gates_closed();     // "provider_unreachable": the server stops

// "provider_unreachable", with the cause: the endpoint is not asked until the pause is over.
Error pausing(const EndpointPause& pause, BootTime now);

}  // namespace strongroom::vault
