// with_user_info: whatever a user info endpoint answers. The first line of an input is the ID
// token's claims, the rest the answer.
#include "oauth/user_info.h"

#include <string>

#include <boost/json.hpp>

#include "base/json.h"
#include "fuzz/fuzz_target.h"
#include "oauth/claims.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  Input rest(input);
  const std::string claims(rest.line());
  const oauth::UserInfoText info{std::string(rest.rest())};
  const auto all = oauth::with_user_info(claims, info, "ann");
  if (!all) {
    require(all.error().detail.find("\xf0\x9f\x94\x91") == std::string::npos,
            "the detail has no canary");
    return;
  }
  require(oauth::claim_text(info.reveal(), "sub") == "ann", "what is used is about the subject");
  const auto before = parse_json(claims);
  const auto after = parse_json(*all);
  require(before && after && after->is_object(), "claims stay an object");
  for (const auto& [name, value] : before->get_object()) {
    require(after->get_object().at(name) == value, "what was signed stays as it was");
  }
}

}  // namespace strongroom::fuzz
