#include "vault/token_fingerprint.h"

#include <span>

#include "crypto/digest.h"

namespace strongroom::vault {

Result<std::string> token_fingerprint(const crypto::Sealer& sealer,
                                      const oauth::AccessToken& token) {
  constexpr std::size_t kBytes = 16;
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("token-fingerprint", token.reveal()));
  return crypto::hex(std::span(mac).first(kBytes));
}

}  // namespace strongroom::vault
