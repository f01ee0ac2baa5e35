// certificate_request: what a certificate authority is asked to sign.
#include <algorithm>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/unicode.h"
#include "crypto/algorithms.h"
#include "crypto/client_certificate.h"
#include "crypto/jws.h"
#include "crypto/openssl_ptr.h"
#include "crypto/token_key.h"

namespace strongroom::crypto {
namespace {

using RequestPtr = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;

using AlgorithmPtr = std::unique_ptr<X509_ALGOR, OpensslFree<X509_ALGOR_free>>;
using BitsPtr = std::unique_ptr<ASN1_BIT_STRING, OpensslFree<ASN1_BIT_STRING_free>>;

Error failed() {
  ERR_clear_error();
  return Error{Code::kInternal, "A certificate request could not be made."};
}

constexpr std::size_t kMaxCharacters = 64;  // RFC 5280 appendix A: ub-common-name

bool is_common_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return !name.empty() && is_utf8(name) && std::ranges::none_of(name, is_control) &&
         std::ranges::count_if(name, begins) <= static_cast<std::ptrdiff_t>(kMaxCharacters);
}

bool sign_here(X509_REQ* request, const PrivateKey& key) {
  // Ed25519 hashes by itself.
  const EVP_MD* const digest = key.type() == KeyType::kEd25519 ? nullptr : sha256_algorithm();
  return X509_REQ_sign(request, key.handle(), digest) > 0;
}

bool fill(X509_REQ* request, const PrivateKey& key, std::string_view name) {
  return X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
         X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_REQ_set_pubkey(request, key.handle()) == 1;
}

// What is signed, how the algorithm is called in a request, and which one it is.
struct TokenSignature {
  SignatureAlgorithm algorithm;
  int name;
};

TokenSignature token_signature(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return {SignatureAlgorithm::kRs256, NID_sha256WithRSAEncryption};
    case KeyType::kP256:
      return {SignatureAlgorithm::kEs256, NID_ecdsa_with_SHA256};
    case KeyType::kEd25519:
      break;
  }
  return {SignatureAlgorithm::kEdDsa, NID_ED25519};
}

bool put_signature(X509_REQ* request, const std::string& signature) {
  BitsPtr bits(ASN1_BIT_STRING_new());
  if (!bits ||
      ASN1_BIT_STRING_set(bits.get(),
                          reinterpret_cast<unsigned char*>(const_cast<char*>(signature.data())),
                          static_cast<int>(signature.size())) != 1) {
    return false;
  }
  bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 7);  // all bits of the last byte count
  bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;
  X509_REQ_set0_signature(request, bits.release());
  return true;
}

// A token signs what it is given; OpenSSL would want the key itself.
Status sign_there(X509_REQ* request, const PrivateKey& key) {
  const TokenSignature how = token_signature(key.type());
  const AlgorithmPtr algorithm(X509_ALGOR_new());
  const int parameters = key.type() == KeyType::kRsa ? V_ASN1_NULL : V_ASN1_UNDEF;
  unsigned char* der = nullptr;
  const bool ready =
      algorithm &&
      X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(how.name), parameters, nullptr) == 1 &&
      X509_REQ_set1_signature_algo(request, algorithm.get()) == 1;
  const int size = ready ? i2d_re_X509_REQ_tbs(request, &der) : -1;
  if (size <= 0) return failed();
  const std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  STRONGROOM_TRY(std::string signature, sign(key, how.algorithm, text));
  if (key.type() == KeyType::kP256) signature = ecdsa_der(signature);
  if (!put_signature(request, signature)) return failed();
  return {};
}

}  // namespace

Result<std::string> certificate_request(const PrivateKey& key, std::string_view common_name) {
  if (!is_common_name(common_name)) {
    return Error{Code::kInvalidArgument,
                 "A common name has 1 to 64 characters, and no control characters."};
  }
  const RequestPtr request(X509_REQ_new());
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!request || !out || !fill(request.get(), key, common_name)) return failed();
  if (key.is_in_token()) STRONGROOM_CHECK(sign_there(request.get(), key));
  if ((!key.is_in_token() && !sign_here(request.get(), key)) ||
      PEM_write_bio_X509_REQ(out.get(), request.get()) != 1) {
    return failed();
  }
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  return std::string(letters, static_cast<std::size_t>(size));
}

}  // namespace strongroom::crypto
