#pragma once
// strongroom provider try: walks a grant of an entry against the real provider, without a server.

#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"
#include "cli/provider_arguments.h"

namespace strongroom::app {

// The grant that is asked for; nullopt for an empty name: the entry's first that can be tried.
// Errors: kInvalidArgument, the entry does not have it.
Result<catalogue::Grant> grant_to_try(const catalogue::Provider& provider, const std::string& name);

// "name=value" each. Errors: kInvalidArgument: one has no name, or a name is there twice.
Result<catalogue::Parameters> parameters_to_try(const std::vector<std::string>& texts);

// Tries it, and prints what happens. Answers the exit code.
int try_provider(const cli::ProviderTryArguments& arguments);

}  // namespace strongroom::app
