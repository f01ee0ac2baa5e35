#pragma once
// Reads one provider file. The file may come from a stranger: nothing in it is believed.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/problems.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// Objects and lists in one another.
inline constexpr std::size_t kMaxFileDepth = 8;

// Parses and validates the text of one file, at most 64 KiB of JSON. The rules are those of
// providers/schema.json, and those that a schema cannot say, which its $comment lists. A pure
// function.
//
// Errors:
//   kInvalidArgument  with the parameter "field", a JSON pointer to the bad place ("" is the whole
//                     file): not JSON, a member that is missing, unknown, of the wrong type or
//                     outside its bounds, a template whose variables are not declared or stand
//                     where they may not.
Result<Provider> parse_provider(std::string_view json);

// The same for who writes the file: everything that is wrong, not only what was met first.
struct ProviderReading {
  std::optional<Provider> provider = {};  // there if nothing is wrong
  std::vector<Problem> problems = {};
  std::optional<Error> no_json = {};  // the text is no JSON; then there are no problems
  bool has_more_to_check = false;     // rules between members, once the members can be read
};
ProviderReading read_provider_file(std::string_view json);

// Names of form parameters that OAuth itself uses: no entry may have a parameter called so, and no
// endpoint may bring one along in its query.
bool is_reserved_parameter(std::string_view name);

}  // namespace strongroom::catalogue
