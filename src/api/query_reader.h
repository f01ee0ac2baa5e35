#pragma once
// The parameters behind '?', read strictly: one of each, none that is unknown.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace strongroom::api {

// Take every parameter that the operation knows, then call finish(). The first thing that is wrong
// is remembered, and what is taken after it is empty.
class QueryReader {
 public:
  // "a=1&b=two+words". Errors: kInvalidArgument: bad percent-encoding, not UTF-8, a control
  // character, a parameter twice (then at its name), more than 32 parameters.
  static Result<QueryReader> parse(std::string_view query);

  // nullopt: not there. An empty value is refused: who sends one means something else than what it
  // would do.
  std::optional<std::string> text(LiteralText name);
  // For what may be empty, which is then as if it were not there.
  std::optional<std::string> text_or_nothing(LiteralText name);
  std::optional<bool> flag(LiteralText name);  // "true" or "false"
  std::optional<std::int64_t> number(LiteralText name, std::int64_t least, std::int64_t most);

  // Remembers that `name` is wrong, if nothing was wrong before.
  void refuse(LiteralText name, LiteralText message);

  // The first thing that was wrong, or a parameter that nobody took.
  Status finish();

 private:
  struct Parameter {
    std::string name;
    std::string value;
    bool taken = false;
  };

  std::vector<Parameter> parameters_;
  std::optional<Error> error_;
};

}  // namespace strongroom::api
