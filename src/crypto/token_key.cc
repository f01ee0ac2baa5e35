#include "crypto/token_key.h"

#include <utility>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "crypto/algorithms.h"
#include "crypto/openssl_ptr.h"
#include "crypto/private_key_checks.h"

namespace strongroom::crypto {
namespace {

using EcdsaSignaturePtr = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;

constexpr std::size_t kP256Bytes = 32;
constexpr int kPssSalt = 32;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool set_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256_algorithm()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kPssSalt) == 1;
}

EvpKeyPtr public_key_of(std::string_view half) {
  const unsigned char* at = bytes(half);
  EvpKeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(half.size())));
  ERR_clear_error();
  return at == bytes(half) + half.size() ? std::move(key) : nullptr;
}

}  // namespace

std::string ecdsa_der(std::string_view fixed) {
  if (fixed.size() != 2 * kP256Bytes) return "";
  BignumPtr r(BN_bin2bn(bytes(fixed), kP256Bytes, nullptr));
  BignumPtr s(BN_bin2bn(bytes(fixed.substr(kP256Bytes)), kP256Bytes, nullptr));
  const EcdsaSignaturePtr signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return "";
  static_cast<void>(r.release());  // they belong to the signature now
  static_cast<void>(s.release());
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &out);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

bool is_signed_by(evp_pkey_st* key, SignatureAlgorithm algorithm, std::string_view text,
                  std::string_view signature) {
  const bool is_ecdsa = algorithm == SignatureAlgorithm::kEs256;
  const std::string der = is_ecdsa ? ecdsa_der(signature) : std::string(signature);
  const EVP_MD* const digest =
      algorithm == SignatureAlgorithm::kEdDsa ? nullptr : sha256_algorithm();
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // belongs to the context
  const bool good =
      context && !der.empty() &&
      EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, key) == 1 &&
      (algorithm != SignatureAlgorithm::kPs256 || set_pss(settings)) &&
      EVP_DigestVerify(context.get(), bytes(der), der.size(), bytes(text), text.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<std::string> sign_in_token(const PrivateKey& key, SignatureAlgorithm algorithm,
                                  std::string_view text) {
  const TokenKey& place = *key.place();
  STRONGROOM_TRY(std::string signature, place.tokens->sign(place.uri, algorithm, text));
  if (is_signed_by(key.handle(), algorithm, text, signature)) return signature;
  return Error{Code::kConflict,
               "The security token has another key under the name of the one that was entered. "
               "Bring that one back, or enter the new one.",
               {},
               "security_token_other_key"};
}

Result<PrivateKey> PrivateKeyChecks::open_in_token(std::string_view half,
                                                   std::shared_ptr<const TokenKey> place) {
  EvpKeyPtr key = public_key_of(half);
  if (!key) return key_refused("The public half of the key is damaged.");
  STRONGROOM_TRY(const KeyType type, public_type(key.get()));
  PrivateKey made(key.release(), type);
  made.place_ = std::move(place);
  return made;
}

Result<PrivateKey> PrivateKeyChecks::admit_in_token(std::string_view half,
                                                    std::shared_ptr<const TokenKey> place) {
  STRONGROOM_TRY(PrivateKey key, open_in_token(half, std::move(place)));
  auto tried = sign_in_token(key, algorithms_of(key.type()).front(), "Strongroom tries this key.");
  if (!tried && key.type() == KeyType::kRsa) {  // some tokens know the older scheme alone
    tried = sign_in_token(key, SignatureAlgorithm::kRs256, "Strongroom tries this key.");
  }
  if (tried) return key;
  return std::move(tried).error();
}

}  // namespace strongroom::crypto
