// Pkcs11Uri::parse: what people enter as the name of a key in a token.
#include "crypto/pkcs11_uri.h"

#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  const auto uri = crypto::Pkcs11Uri::parse(input);
  if (!uri) {
    require(uri.error().code == Code::kInvalidArgument, "a refusal blames who entered it");
    require(uri.error().detail.empty(), "and quotes nothing");
    return;
  }
  require(uri->text() == input, "a URI stays as it was given");
  require(uri->text().size() <= crypto::Pkcs11Uri::kMaxBytes, "a URI has a length");
  require(std::ranges::none_of(input, is_control), "a URI is one line");
  require(input.find('?') == std::string_view::npos, "a URI holds no setting");
  require(input.find("object=") != std::string_view::npos ||
              input.find("id=") != std::string_view::npos,
          "a URI names a key");
  require(crypto::Pkcs11Uri::parse(uri->text()).has_value(), "what was taken is taken again");
}

}  // namespace strongroom::fuzz
