#pragma once
// Which OAuth clients a Basic Engine Robot takes as input.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "storage/robot_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/lookup_entries.h"
#include "vault/types.h"

namespace strongroom::vault {

inline constexpr std::size_t kMaxRobotInputs = 50;

struct RobotInput {
  std::string name;  // as the robot knows it
  OAuthClientId oauth_client;
  std::string label;  // of the client; empty: it is gone for good
  std::string target_system;
  std::string project;       // by name
  std::string_view why_not;  // it is not delivered now: the name of an Undeliverable; or empty
};

struct RobotInputs {
  Revision revision = 0;  // of the robot, which changes with its inputs
  std::vector<RobotInput> items;
};

struct NewRobotInput {
  std::string name;
  OAuthClientId oauth_client;
};

// A Basic Engine Robot that takes a client, for the report of all such clients.
struct InputTaker {
  RobotId robot;
  std::string robot_name;
  std::string robot_path;
  std::string input;  // the name there
};

// Worker threads only.
class RobotInputLists {
 public:
  explicit RobotInputLists(Context& context) : context_(context) {}

  // Needs kView where the robot is. Errors: kNotFound.
  Result<RobotInputs> get(const Actor& actor, RobotId robot);

  // These take the place of all that were there; those that did not count any more count again.
  // Needs kConfigure and kGrantAccess where the robot is, and so its clients: it goes past the
  // rules of robot access. In force when this returns. What only takes inputs away works while the
  // audit trail cannot be written.
  //
  // Errors: kConflict "not_basic_engine", other robots take none; kPreconditionFailed;
  // kInvalidArgument at /items/{index}/name or /oauth_client: no name, twice the same, no such
  // client in the robot's project; at /items, more than kMaxRobotInputs.
  Result<RobotInputs> replace(const Actor& actor, RobotId robot, Revision expected,
                              const std::vector<NewRobotInput>& inputs);

  // Who takes the client. Needs kView where it is.
  Result<std::vector<InputTaker>> takers_of(const Actor& actor, OAuthClientId client);

 private:
  Result<RobotInputs> read(storage::Snapshot& snapshot, const storage::RobotRow& robot);

  Context& context_;
};

}  // namespace strongroom::vault
