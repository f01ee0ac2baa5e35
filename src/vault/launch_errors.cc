#include "vault/launch_errors.h"

#include <cstdint>
#include <utility>

namespace strongroom::vault {

Error no_such_launch() {
  return Error{Code::kNotFound, "There is no such Basic Engine Robot that this runner may launch."};
}

Error basic_engine_forbidden() {
  return Error{Code::kPermissionDenied,
               "This server is set to deliver nothing to Basic Engine Robots.",
               {},
               "basic_engine_forbidden"};
}

Error input_not_deliverable(const std::string& input, Undeliverable why) {
  if (why == Undeliverable::kForbidden) return basic_engine_forbidden();
  return Error{
      Code::kConflict,
      "One of the robot's inputs may not be delivered to a Basic Engine Robot, so none is.",
      {},
      "input_not_deliverable"}
      .with("input", VisibleName{input})
      .with("why", VisibleName{std::string(for_a_runner(why))});
}

Error inputs_changed() {
  return Error{Code::kUnavailable,
               "What the robot takes as input was changed meanwhile; ask again.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Error of_input(Error error, const std::string& input) {
  return std::move(error).with("input", VisibleName{input});
}

}  // namespace strongroom::vault
