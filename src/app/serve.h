#pragma once
// strongroom serve: runs the server until a signal says stop.

#include "app/commands.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace strongroom::app {

// SIGTERM or SIGINT stops, within 30 s; a second one stops at once. SIGHUP reads the certificate
// and the directory of service providers again. Answers the exit code.
int serve(const Config& config, const Environment& environment);

// The log as the configuration wants it. `clock` must outlive it.
Result<Log> make_log(const Config& config, const Environment& environment, const Clock& clock);

}  // namespace strongroom::app
