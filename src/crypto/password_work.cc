#include "crypto/password_work.h"

#include <memory>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

using Pbes1 = std::unique_ptr<PBEPARAM, OpensslFree<PBEPARAM_free>>;
using Pbes2 = std::unique_ptr<PBE2PARAM, OpensslFree<PBE2PARAM_free>>;
using Pbkdf2 = std::unique_ptr<PBKDF2PARAM, OpensslFree<PBKDF2PARAM_free>>;
using Scrypt = std::unique_ptr<SCRYPT_PARAMS, OpensslFree<SCRYPT_PARAMS_free>>;

constexpr std::int64_t kMaxScryptBlocks = std::int64_t{1} << 17;  // 16 MiB, half of OpenSSL's limit

Error malformed() {
  ERR_clear_error();
  return Error{Code::kInvalidArgument, "The password protection of this file is damaged."};
}

Error too_much() {
  return Error{
      Code::kInvalidArgument,
      "The password protection asks for too much work. Protect the file anew, with at most "
      "two million iterations."};
}

Error not_taken() {
  ERR_clear_error();
  return Error{Code::kInvalidArgument,
               "The password protection is of a kind that is too old or unknown. Protect the file "
               "anew with AES-256: openssl pkcs8 -topk8 -v2 aes-256-cbc, or for PKCS#12 openssl "
               "pkcs12 -legacy and then openssl pkcs12 -export."};
}

struct Algorithm {
  int nid = NID_undef;
  const ASN1_STRING* parameters = nullptr;  // nullptr: not a SEQUENCE
};

Algorithm read(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* id = nullptr;
  int type = V_ASN1_UNDEF;
  const void* parameters = nullptr;
  X509_ALGOR_get0(&id, &type, &parameters, algorithm);
  Algorithm read;
  read.nid = OBJ_obj2nid(id);
  if (type == V_ASN1_SEQUENCE) read.parameters = static_cast<const ASN1_STRING*>(parameters);
  return read;
}

template <class Pointer>
Pointer unpack(const ASN1_STRING* parameters, const ASN1_ITEM* item) {
  if (parameters == nullptr) return nullptr;
  return Pointer(static_cast<typename Pointer::element_type*>(ASN1_item_unpack(parameters, item)));
}

// False for what is no positive number, or a larger one than `most`.
bool positive(const ASN1_INTEGER* number, std::int64_t most, std::int64_t& value) {
  return ASN1_INTEGER_get_int64(&value, number) == 1 && value > 0 && value <= most;
}

bool is_taken_cipher(int nid) {
  return nid == NID_aes_128_cbc || nid == NID_aes_192_cbc || nid == NID_aes_256_cbc ||
         nid == NID_des_ede3_cbc;
}

// PBKDF2's own cost is that of its hash. SHA-1 is the default, and sound for this.
bool is_taken_mac(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return true;
  const int nid = read(algorithm).nid;
  return nid == NID_hmacWithSHA1 || nid == NID_hmacWithSHA224 || nid == NID_hmacWithSHA256 ||
         nid == NID_hmacWithSHA384 || nid == NID_hmacWithSHA512;
}

}  // namespace

Status PasswordWork::spend(const X509_ALGOR* algorithm) {
  const Algorithm scheme = read(algorithm);
  if (scheme.nid == NID_pbes2) return spend_pbes2(scheme.parameters);
  if (scheme.nid != NID_pbe_WithSHA1And3_Key_TripleDES_CBC) return not_taken();
  const auto own = unpack<Pbes1>(scheme.parameters, ASN1_ITEM_rptr(PBEPARAM));
  if (!own) return malformed();
  return spend_iterations(own->iter);
}

Status PasswordWork::spend_iterations(const ASN1_INTEGER* iterations) {
  std::int64_t count = 1;  // PKCS#12: DEFAULT 1
  if (iterations != nullptr && !positive(iterations, kMaxIterations, count)) {
    ERR_clear_error();
    return too_much();
  }
  return spend_count(count);
}

Status PasswordWork::spend_pbes2(const ASN1_STRING* parameters) {
  const auto scheme = unpack<Pbes2>(parameters, ASN1_ITEM_rptr(PBE2PARAM));
  if (!scheme) return malformed();
  if (!is_taken_cipher(read(scheme->encryption).nid)) return not_taken();
  const Algorithm derivation = read(scheme->keyfunc);
  if (derivation.nid == NID_id_scrypt) return spend_scrypt(derivation.parameters);
  if (derivation.nid != NID_id_pbkdf2) return not_taken();
  const auto pbkdf2 = unpack<Pbkdf2>(derivation.parameters, ASN1_ITEM_rptr(PBKDF2PARAM));
  if (!pbkdf2) return malformed();
  if (!is_taken_mac(pbkdf2->prf)) return not_taken();
  return spend_iterations(pbkdf2->iter);
}

Status PasswordWork::spend_scrypt(const ASN1_STRING* parameters) {
  const auto scrypt = unpack<Scrypt>(parameters, ASN1_ITEM_rptr(SCRYPT_PARAMS));
  if (!scrypt) return malformed();
  std::int64_t n = 0;
  std::int64_t r = 0;
  std::int64_t p = 0;
  if (!positive(scrypt->costParameter, kMaxScryptBlocks, n) ||
      !positive(scrypt->blockSize, kMaxScryptBlocks / n, r) ||
      !positive(scrypt->parallelizationParameter, kMaxIterations / (n * r), p)) {
    ERR_clear_error();
    return too_much();
  }
  return spend_count(n * r * p);
}

Status PasswordWork::spend_count(std::int64_t iterations) {
  if (iterations > left_) return too_much();
  left_ -= iterations;
  return {};
}

}  // namespace strongroom::crypto
