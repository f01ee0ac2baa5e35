// The Authorization header: the key that a caller shows.
#include <string>

#include "api/router.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  const std::string_view key = api::bearer_credential(input);
  if (key.empty()) return;
  require(input.ends_with(key) && key.size() + 7 == input.size(), "a key is all behind the scheme");
  require(key.find(' ') == std::string_view::npos, "there is one key");
  require(api::bearer_credential("bEARER " + std::string(key)) == key,
          "the scheme is read in any case");
}

}  // namespace strongroom::fuzz
