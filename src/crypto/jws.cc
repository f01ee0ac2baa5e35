#include "crypto/jws.h"

#include <algorithm>
#include <array>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "crypto/algorithms.h"
#include "crypto/encoding.h"
#include "crypto/openssl_ptr.h"
#include "crypto/token_key.h"

namespace strongroom::crypto {
namespace {

using EcdsaSignaturePtr = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;

constexpr std::array kAll = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                             SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa,
                             SignatureAlgorithm::kHs256};
constexpr std::array kOfRsa = {SignatureAlgorithm::kPs256, SignatureAlgorithm::kRs256};
constexpr std::array kOfP256 = {SignatureAlgorithm::kEs256};
constexpr std::array kOfEd25519 = {SignatureAlgorithm::kEdDsa};

constexpr int kP256Bytes = 32;
constexpr int kPssSalt = 32;

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error failed() {
  ERR_clear_error();
  return Error{Code::kInternal, "A text could not be signed."};
}

bool set_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256_algorithm()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kPssSalt) == 1;
}

// OpenSSL writes SEQUENCE { r, s } with numbers of any length.
Result<std::string> fixed_length(std::string_view der) {
  const unsigned char* at = bytes(der);
  const EcdsaSignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out(std::size_t{2} * kP256Bytes, '\0');
  if (!signature ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes(out), kP256Bytes) != kP256Bytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes(out) + kP256Bytes, kP256Bytes) !=
          kP256Bytes) {
    return failed();
  }
  return out;
}

std::string encoded(std::string_view text) { return base64url(std::as_bytes(std::span(text))); }

std::string signing_input(std::string_view header, std::string_view payload) {
  return encoded(header) + "." + encoded(payload);
}

}  // namespace

std::string_view to_text(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
      return "RS256";
    case SignatureAlgorithm::kPs256:
      return "PS256";
    case SignatureAlgorithm::kEs256:
      return "ES256";
    case SignatureAlgorithm::kEdDsa:
      return "EdDSA";
    case SignatureAlgorithm::kHs256:
      return "HS256";
  }
  return "";
}

std::optional<SignatureAlgorithm> signature_algorithm_from_text(std::string_view text) {
  for (const SignatureAlgorithm algorithm : kAll) {
    if (to_text(algorithm) == text) return algorithm;
  }
  return std::nullopt;
}

std::span<const SignatureAlgorithm> algorithms_of(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return kOfRsa;
    case KeyType::kP256:
      return kOfP256;
    case KeyType::kEd25519:
      return kOfEd25519;
  }
  return {};
}

bool can_sign(KeyType type, SignatureAlgorithm algorithm) {
  return std::ranges::find(algorithms_of(type), algorithm) != algorithms_of(type).end();
}

Result<std::string> sign(const PrivateKey& key, SignatureAlgorithm algorithm,
                         std::string_view text) {
  if (!can_sign(key.type(), algorithm)) {
    return Error{Code::kInvalidArgument, "This private key cannot sign with this algorithm."};
  }
  if (key.is_in_token()) return sign_in_token(key, algorithm, text);
  const bool hashes_itself = algorithm == SignatureAlgorithm::kEdDsa;
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // belongs to the context
  if (!context ||
      EVP_DigestSignInit(context.get(), &settings, hashes_itself ? nullptr : sha256_algorithm(),
                         nullptr, key.handle()) != 1 ||
      (algorithm == SignatureAlgorithm::kPs256 && !set_pss(settings))) {
    return failed();
  }
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.handle())), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSign(context.get(), bytes(signature), &size, bytes(text), text.size()) != 1) {
    return failed();
  }
  signature.resize(size);
  if (algorithm == SignatureAlgorithm::kEs256) return fixed_length(signature);
  return signature;
}

Result<std::string> compact_jws(const PrivateKey& key, SignatureAlgorithm algorithm,
                                std::string_view header, std::string_view payload) {
  std::string text = signing_input(header, payload);
  STRONGROOM_TRY(const std::string signature, sign(key, algorithm, text));
  return text + "." + encoded(signature);
}

std::string compact_jws(const MacKey& key, std::string_view header, std::string_view payload) {
  std::string text = signing_input(header, payload);
  const Sha256Digest mac = key.mac(text);
  return text + "." + base64url(mac);
}

}  // namespace strongroom::crypto
