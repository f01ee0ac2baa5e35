#pragma once
// "client_certificates" of a target system, from the files that were given.

#include "base/result.h"
#include "cli/json_body.h"
#include "cli/options.h"

namespace strongroom::cli {

// What is kept first, then the pairs of files, then the PKCS#12 files: the first is tried first. A
// certificate without a file for its key is for a key that the server has. Adds nothing where no
// option says anything.
//
// Errors: kNotFound and kInvalidArgument, of files; kInvalidArgument: more keys than certificates,
// a password for none of the files.
Status add_client_certificates(JsonBody& body, const Options& options);

}  // namespace strongroom::cli
