#pragma once
// What has to be done so that a project here becomes what an export says. Pure functions: read
// twice, shown once, and done with the same answer however often it is run. Nothing is ever
// deleted, and no secret goes to a destination that it was not exported for (invariant 5).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"
#include "cli/export_document.h"

namespace strongroom::cli {

// What is here already, as the REST API lists it.
struct PresentState {
  std::optional<boost::json::object> project;  // nullopt: there is none of that name
  boost::json::array target_systems;           // the project's own, and those of all projects
  boost::json::array oauth_clients;
  boost::json::array robots;
  boost::json::array robot_access;
  boost::json::array secrets;
  boost::json::array secret_access;
};

struct ApplyChoices {
  std::string project;                              // its name here
  std::map<std::string, std::string> renamed = {};  // target systems: name there -> name here
  std::set<std::string> take_destinations = {};     // of these target systems, by their names here
  std::map<std::string, std::string> secret_files = {};  // name here -> file with a consumer secret
};

enum class StepKind { kCreate, kUpdate, kSame, kKeep };
std::string_view to_text(StepKind kind);

// One thing of the export. `kSame` and `kKeep` do nothing.
struct Step {
  StepKind kind = StepKind::kSame;
  std::string_view what;                // "target system"
  std::string name;                     // for people
  std::vector<std::string> notes = {};  // what changes, and what a person has to do
  // The request; `body` lacks the ids of what other steps make.
  std::string_view collection = {};  // "/target-systems"
  std::string id = {};               // of what is updated
  std::string if_match = {};
  boost::json::object body = {};
  // Adds what was sealed of this target system (its name there), or of its secret with this label.
  std::string secrets_of = {};
  std::string secret_label = {};
  std::string secret_file = {};  // or the consumer secret that is in this file
  std::string makes = {};        // under what other steps find the id of what it makes
  std::map<std::string, std::string> needs = {};  // member of `body` -> what another step makes
};

struct ApplyPlan {
  std::vector<Step> steps;
  std::map<std::string, std::string> known;  // what steps need -> its id, of what is here already
};

// Errors: kInvalidArgument, a choice names something that the export does not have.
Result<ApplyPlan> plan_apply(const ExportDocument& document, const PresentState& present,
                             const SealedSecrets& sealed, const ApplyChoices& choices);

}  // namespace strongroom::cli
