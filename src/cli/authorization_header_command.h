#pragma once
// strongroom authorization-header: what one request to a resource has to carry, for curl.

#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

struct AuthorizationHeaderOptions {
  std::string url;
  std::string id;  // the client's
  std::string method = "GET";
  std::vector<std::string> form = {};  // "name=value" of a form body, as they are and not encoded
  std::optional<std::string> min_ttl = {};
  std::optional<std::string> run = {};
  std::optional<std::string> deadline = {};
  std::optional<std::string> resource = {};
  std::optional<std::string> dpop_nonce = {};  // that the resource asked for
  bool whole_answer = false;                   // as JSON
};

// Prints the headers, each on a line, or the whole answer as JSON. With a robot key. A form value
// without '=' is a usage error, and nothing is sent.
ExitCode authorization_header(Session& session, const AuthorizationHeaderOptions& options);

}  // namespace strongroom::cli
