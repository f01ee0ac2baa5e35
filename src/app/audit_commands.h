#pragma once
// The commands about the audit trail that work on the server's own host, or on a file.

#include "app/commands.h"
#include "cli/command_line.h"

namespace strongroom::app {

// `audit verify`: of the data directory, or of an export.
int verify_audit(const cli::AuditArguments& arguments);

// `audit trace-token --data`: while no server runs.
int trace_token(const cli::AuditArguments& arguments, const Environment& environment);

}  // namespace strongroom::app
