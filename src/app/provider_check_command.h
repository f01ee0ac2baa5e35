#pragma once
// strongroom provider check: says what is wrong with provider files, without a server.

#include <string>

#include "base/result.h"
#include "catalogue/provider_check.h"
#include "cli/provider_arguments.h"

namespace strongroom::app {

// "example.json:7:15: /variables/0/format: …" with the line, a caret below the place, and what
// would be right. A stranger's line is cut, and without what a terminal would obey.
std::string problem_text(const std::string& path, const catalogue::FileProblem& problem);

// What the server will find in its directory of own files; empty: it has none. Prints what is wrong
// with them on standard error. Errors: kInvalidArgument, one is not valid; kUnavailable, they
// cannot be read.
Status check_own_provider_files(const std::string& directory);

// Prints what is wrong with the files, and how many are valid. Answers the exit code.
int check_provider_files(const cli::ProviderCheckArguments& arguments);

}  // namespace strongroom::app
