#include "vault/callback_url.h"

#include "oauth/authorization_request.h"

namespace strongroom::vault {

std::string callback_url(std::string_view public_url, const TargetSystem& system) {
  const std::string plain = std::string(public_url) + std::string(kCallbackPath);
  switch (system.callback) {
    case Callback::kOwn:
      return plain + "/" + system.id.text();
    case Callback::kPlain:
      return plain;
    case Callback::kBlank:
      return {};
    case Callback::kOob:
      break;
  }
  return std::string(oauth::kOutOfBand);
}

bool is_out_of_band(Callback callback) {
  return callback == Callback::kBlank || callback == Callback::kOob;
}

}  // namespace strongroom::vault
