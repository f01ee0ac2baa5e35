// Pkcs11Sitting::run: which mechanism makes the signatures that JOSE wants. Hashing is done here:
// every token can sign a hash, and few can hash as well.
#include <array>
#include <optional>
#include <span>
#include <string>

#include "crypto/digest.h"
#include "crypto/pkcs11_session.h"

namespace strongroom::crypto {
namespace {

// RFC 8017 section 9.2, note 1: DigestInfo of SHA-256, before the hash itself.
constexpr std::string_view kDigestInfo{
    "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19};
constexpr std::size_t kMaxSignature = PrivateKey::kMaxRsaBits / 8;
constexpr CK_ULONG kSaltBytes = 32;

std::string hash_of(std::string_view text) {
  const Sha256Digest digest = sha256(text);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// How one algorithm is asked for: by a mechanism that takes a hash, or by one that hashes.
struct Ways {
  CK_MECHANISM_TYPE of_hash;
  CK_MECHANISM_TYPE of_text;
  std::string_view prefix;  // of the hash
};

std::optional<Ways> ways_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
      return Ways{CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS, kDigestInfo};
    case SignatureAlgorithm::kPs256:
      return Ways{CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS, ""};
    case SignatureAlgorithm::kEs256:
      return Ways{CKM_ECDSA, CKM_ECDSA_SHA256, ""};
    case SignatureAlgorithm::kEdDsa:
      return Ways{CKM_EDDSA, CKM_EDDSA, ""};
    case SignatureAlgorithm::kHs256:
      break;
  }
  return std::nullopt;
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Result<std::string> Pkcs11Sitting::run(CK_SESSION_HANDLE session, const TokenObject& key,
                                       SignatureAlgorithm algorithm, std::string_view text,
                                       const TokenPin& pin) {
  const auto ways = ways_of(algorithm);
  const bool hashes_itself = algorithm == SignatureAlgorithm::kEdDsa;
  const bool by_hash = ways && !hashes_itself && offers(ways->of_hash);
  if (!ways || (!by_hash && !offers(ways->of_text))) {
    return token_error(CKR_MECHANISM_INVALID, "C_GetMechanismList");
  }
  std::string input = by_hash ? std::string(ways->prefix) + hash_of(text) : std::string(text);
  CK_RSA_PKCS_PSS_PARAMS salt{CKM_SHA256, CKG_MGF1_SHA256, kSaltBytes};
  CK_MECHANISM mechanism{by_hash ? ways->of_hash : ways->of_text, nullptr, 0};
  if (algorithm == SignatureAlgorithm::kPs256) {
    mechanism = {mechanism.mechanism, &salt, sizeof salt};
  }

  CK_RV answer = functions_.C_SignInit(session, &mechanism, key.handle);
  if (answer != CKR_OK) return token_error(answer, "C_SignInit");
  if (key.asks_each_time) {
    const std::string_view letters = pin.reveal();
    answer = functions_.C_Login(session, CKU_CONTEXT_SPECIFIC,
                                reinterpret_cast<unsigned char*>(const_cast<char*>(letters.data())),
                                letters.size());
    if (answer != CKR_OK) return token_error(answer, "C_Login");
  }
  std::string signature(kMaxSignature, '\0');
  CK_ULONG size = signature.size();
  answer = functions_.C_Sign(session, bytes(input), input.size(), bytes(signature), &size);
  if (answer != CKR_OK) return token_error(answer, "C_Sign");
  if (size > signature.size()) return token_error(CKR_GENERAL_ERROR, "C_Sign");
  signature.resize(size);
  return signature;
}

}  // namespace strongroom::crypto
