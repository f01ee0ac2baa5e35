#pragma once
// What a look-up that hands nothing out is told.

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::vault {

// No such key, or not any more.
Error unauthenticated();
// One answer for what does not exist and for what this robot may not read (invariant 12).
Error no_such_client();
Error no_such_secret();
// What there is now may be got by asking once more.
Error tokens_withdrawn();
Error value_changed();
// `cause`: why it cannot be written; its detail is for the log.
Error audit_unavailable(const Error& cause);
Error secret_audit_unavailable(const Error& cause);
Error lifetime_unknown();
// `left`: what can be had.
Error min_ttl_not_met(Milliseconds left);
Error token_is_bound();
// The same, but headers for a request can be had.
Error token_needs_proof();
Error robot_not_named();
Error too_busy();
Error unknown_resource();
// `pause`: until the provider is asked again.
Error expired_on_arrival(Milliseconds pause);
// What is wrong with the settings is for people to mend: to a robot it is the same as a refusal.
Error for_a_robot(Error error);

}  // namespace strongroom::vault
