#pragma once
// What the commands do with projects, target systems, OAuth clients, robots and access: one
// description a noun, one function a verb.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "cli/output.h"
#include "cli/rest.h"

namespace strongroom::cli {

// One kind of object of the REST API.
struct Noun {
  std::string_view name;          // "OAuth client", for messages
  std::string_view path;          // "/oauth-clients"
  std::string_view label_member;  // the member that people know it by: "name", "label"
  std::span<const Column> columns;
  std::string_view sorts = {};        // what its list can be sorted by, for --help
  std::string_view path_member = {};  // the path that may stand before the label: "path", or none
  LiteralText how_to_tell_apart =
      "Several have that name; narrow it down by --project, or give the id.";
  LiteralText how_to_undo = "";  // a deletion, with this program; empty: as the server says
};
// NOLINTBEGIN(readability-identifier-naming): constants, whose columns only their file knows
extern const Noun kProject;
extern const Noun kServiceProvider;
extern const Noun kTargetSystem;
extern const Noun kOAuthClient;
extern const Noun kRobot;
extern const Noun kRobotAccess;
extern const Noun kSecret;
extern const Noun kSecretAccess;
extern const Noun kKill;
extern const Noun kAuditEvent;
extern const Noun kApiKey;
extern const Noun kUser;
extern const Noun kGroup;
extern const Noun kRole;
// NOLINTEND(readability-identifier-naming)

// What a command works with. Borrowed for the duration of one command.
struct Session {
  Rest& rest;
  Format format;
};

// Which object is meant: its id, or its name together with what narrows the search. A robot's name
// may have its path before it: "finance/invoices/collector", or "/collector" for one at the top.
struct Reference {
  std::string name_or_id;
  QueryParameters narrowed_by;  // {"project", "Finance"}
};

// The id that `reference` means. Errors: kNotFound; kConflict, more than one has that name, and the
// detail lists them.
Result<std::string> resolve(Session& session, const Noun& noun, const Reference& reference);

ExitCode list(Session& session, const Noun& noun, const QueryParameters& query);
ExitCode show(Session& session, const Noun& noun, const Reference& reference);
// `body` is JSON text. Prints the object that was made.
ExitCode create(Session& session, const Noun& noun, const http::RequestBody& body);
// Reads the object, and changes it only if nobody else did in between. `dry_run`: only says what it
// would come to, where the server can say that.
ExitCode update(Session& session, const Noun& noun, const Reference& reference,
                const http::RequestBody& body, bool dry_run = false);
// Says what is affected; with `confirmed`, deletes.
ExitCode remove(Session& session, const Noun& noun, const Reference& reference, bool confirmed);
// For what cannot be brought back. Without `confirmed` nothing is sent but to find it.
ExitCode remove_for_good(Session& session, const Noun& noun, const Reference& reference,
                         bool confirmed);
// GET /{noun}/{id}/{part}: what belongs to one, such as last-exchange.
ExitCode show_part(Session& session, const Noun& noun, const Reference& reference,
                   std::string_view part);
// The same of a part that is a list, {"items": [...]}: as a table of `columns`, or all of it.
ExitCode show_list(Session& session, const Noun& noun, const Reference& reference,
                   std::string_view part, std::span<const Column> columns);

// POST /{noun}/{id}/{action} with no body: restore, retrieve-tokens, approve-destination. A restore
// looks among what was deleted.
ExitCode act(Session& session, const Noun& noun, const Reference& reference,
             std::string_view action, const QueryParameters& query = {});

// Prints a good answer in the session's format, or the problem.
ExitCode print(const Session& session, const Answer& answer);
// The same of {"items": [...]}, as a table of `columns`.
ExitCode print_items(const Session& session, const Answer& answer, std::span<const Column> columns);

}  // namespace strongroom::cli
