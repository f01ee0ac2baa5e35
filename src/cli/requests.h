#pragma once
// What is sent for the options that were given: queries, references and JSON bodies.

#include "base/result.h"
#include "cli/json_body.h"
#include "cli/options.h"
#include "cli/resources.h"

namespace strongroom::cli {

QueryParameters list_query(const Options& options);

// The object that NAME, --project and --target-system mean.
Reference reference(const Options& options);

// What is asked of a resource by the address that stands in a name's place, and how it is reached.
// Errors: kInvalidArgument, a file cannot be read.
Result<http::RequestBody> resource_question(const Options& options);

// Fields that `create` and `update` share.
void add_owner(JsonBody& body, const Options& options);
void add_oauth_client_fields(JsonBody& body, const Options& options);
void add_secret_fields(JsonBody& body, const Options& options);
// Errors: kNotFound and kInvalidArgument, of files and of --parameter; kInvalidArgument: an option
// without the one that it says something of.
Status add_target_system_fields(JsonBody& body, const Options& options);

}  // namespace strongroom::cli
