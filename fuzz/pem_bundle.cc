// open_pem_bundle: a private key with its certificates that somebody pasted. The first line is the
// password, the rest the file. What was taken belongs together, and is written as what would be
// taken again.
#include "crypto/pem_bundle.h"

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  Input rest(input);
  const crypto::KeyPassword password(rest.line());
  const auto opened = crypto::open_pem_bundle(rest.rest(), password);
  if (!opened) {
    require(opened.error().code == Code::kInvalidArgument, "a bad file is an invalid argument");
    require(opened.error().detail.empty(), "nothing of a file is in the log");
    return;
  }
  require(opened->certificate.matches(opened->key), "key and certificate belong together");
  const auto written = crypto::to_pem_bundle(*opened);
  require(written.has_value(), "what was taken can be written");
  const auto again = crypto::open_pem_bundle(written->reveal(), crypto::KeyPassword(""));
  require(again.has_value(), "what was written would be taken");
  require(again->certificate.x5t_s256() == opened->certificate.x5t_s256(), "it is the same");
}

}  // namespace strongroom::fuzz
