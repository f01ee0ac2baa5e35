#pragma once
// Commands of robots and about robots: look-ups, keys, access.

#include <optional>
#include <string>

#include "cli/output.h"
#include "cli/resources.h"

namespace strongroom::cli {

// Which client's token is wanted: three names, or an id.
struct LookupNames {
  std::string project;
  std::string target_system;
  std::string label;
  std::string id;
  std::string min_ttl;   // seconds; empty: no promise asked for
  std::string run;       // seconds that the robot will run; empty: not said
  std::string deadline;  // RFC 3339: until when it needs the token; empty: not said
  std::string resource;  // the one that the token is for; empty: none
};

// How token() writes it; see cli/token_format.h.
struct TokenStyle {
  std::string format = "bearer";
  std::string user;  // the mailbox, for the formats that need one
};

// Names that are missing, an id beside names, and a format without the user that it needs are a
// usage error, and nothing is sent.
// Prints the whole answer, or with token() the access token and a newline and nothing else.
ExitCode lookup(Session& session, const LookupNames& names);
ExitCode token(Session& session, const LookupNames& names, const TokenStyle& style = {});

// token(), for a person: with a user API key that has the permission to extract.
ExitCode extract(Session& session, const LookupNames& names, const TokenStyle& style);

// Prints the new key, or writes it to `key_file` where that is not empty. `body`: its restrictions.
ExitCode create_robot_key(Session& session, const Reference& robot, const http::RequestBody& body,
                          const std::string& key_file);
ExitCode list_robot_keys(Session& session, const Reference& robot);
ExitCode revoke_robot_key(Session& session, const Reference& robot, const std::string& key_id);

struct AccessGrant {
  std::string oauth_client;  // label or id; either this
  std::string secret;        // or this
  std::optional<std::string> project;
  std::optional<std::string> target_system;
  std::optional<std::string> robot;  // name or id; or
  std::optional<std::string> path_pattern;
};
ExitCode grant_access(Session& session, const AccessGrant& grant);

}  // namespace strongroom::cli
