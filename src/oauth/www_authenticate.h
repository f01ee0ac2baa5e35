#pragma once
// What a resource asks for in WWW-Authenticate: RFC 9110 sections 11.3, 11.4 and 11.6.1. Pure
// functions over whatever a stranger wrote.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace strongroom::oauth {

// More than these is no challenge that anybody has use for.
inline constexpr std::size_t kMaxChallengeBytes = 8'192;  // of all headers together
inline constexpr std::size_t kMaxChallenges = 16;
inline constexpr std::size_t kMaxChallengeParameters = 32;  // of one challenge

struct Challenge {
  std::string scheme;   // in lower case: "bearer"
  std::string token68;  // what is there in place of parameters; or empty
  // Names in lower case, each once; values with the escapes of quoted strings undone.
  std::vector<std::pair<std::string, std::string>> parameters = {};

  // The value of a parameter, whose name is given in lower case; nullptr: it is not there.
  const std::string* find(std::string_view name) const;
};

// The challenges of one field value, which may hold several. Empty list members count for nothing
// (RFC 9110 section 5.6.1.2).
//
// Errors: kInvalidArgument: it is not what the RFC describes, holds a byte that no field value may,
// has a parameter twice in one challenge, or more than the limits above.
Result<std::vector<Challenge>> parse_challenges(std::string_view value);

// Those of all WWW-Authenticate headers, in their order. Errors: as parse_challenges().
Result<std::vector<Challenge>> challenges_of(const std::vector<http::Header>& headers);

}  // namespace strongroom::oauth
