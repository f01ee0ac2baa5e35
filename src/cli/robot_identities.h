#pragma once
// How robots prove who they are, and what restricts that.

#include "base/result.h"
#include "cli/json_body.h"
#include "cli/options.h"
#include "cli/resources.h"

namespace strongroom::cli {

// The member "restrictions", if any was given. Clients are looked up by the robot's project.
// Errors: kInvalidArgument, an option that goes with another one; as resolve().
Status add_restrictions(Session& session, JsonBody& body, const Options& options);

// The members of an identity. Errors: kInvalidArgument, neither an issuer nor a CA, or a claim
// without a value; as read_input().
Status add_identity(JsonBody& body, const Options& options);

ExitCode list_robot_identities(Session& session, const Reference& robot);
ExitCode add_robot_identity(Session& session, const Reference& robot,
                            const http::RequestBody& body);
ExitCode remove_robot_identity(Session& session, const Reference& robot, const std::string& id);

}  // namespace strongroom::cli
