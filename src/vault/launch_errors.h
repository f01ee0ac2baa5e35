#pragma once
// What a launch that delivers nothing is told.

#include <string>
#include <string_view>

#include "base/result.h"
#include "vault/basic_engine.h"

namespace strongroom::vault {

// One answer for a robot that does not exist, and for one that this runner may not launch.
Error no_such_launch();
Error basic_engine_forbidden();
// `input`: its name, which the runner would be told with the token.
Error input_not_deliverable(const std::string& input, Undeliverable why);
// The robot takes something else now.
Error inputs_changed();
// `error`, and of which input it is.
Error of_input(Error error, const std::string& input);

}  // namespace strongroom::vault
