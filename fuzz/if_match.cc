// The If-Match header.
#include <string>

#include "api/etag.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  constexpr vault::Revision kRevision = 3;
  const auto allowed = api::IfMatch::parse(input);
  const Status checked = api::check_if_match(input, false, kRevision);
  if (input.empty()) {
    require(checked.has_value(), "without a header, a change that needs none goes on");
    return;
  }
  require(checked.has_value() == (allowed.has_value() && allowed->allows(kRevision)),
          "a change goes on if its revision is named");
  if (!checked) {
    require(checked.error().code == (allowed ? Code::kPreconditionFailed : Code::kInvalidArgument),
            "a bad header is not a missed revision");
    return;
  }
  require(input.find('*') != std::string_view::npos ||
              input.find(api::etag(kRevision)) != std::string_view::npos,
          "only its own tag, or a star, allows a revision");
}

}  // namespace strongroom::fuzz
