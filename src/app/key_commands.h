#pragma once
// strongroom key …

#include "app/commands.h"
#include "cli/key_arguments.h"

namespace strongroom::app {

// Carries the command out, through the server where one runs, and prints what came of it. Answers
// the exit code.
int run_key_command(const cli::KeyArguments& arguments, const Environment& environment);

}  // namespace strongroom::app
