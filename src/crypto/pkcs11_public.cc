// Pkcs11Sitting::public_half: out of the public key that lies beside a private one, the private one
// itself where it says enough, or the certificate beside it.
#include <optional>
#include <string>

#include <openssl/err.h>

#include "crypto/openssl_ptr.h"
#include "crypto/pkcs11_session.h"
#include "crypto/public_key_parts.h"

namespace strongroom::crypto {
namespace {

using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, OpensslFree<ASN1_OCTET_STRING_free>>;

// The object identifier of P-256, in DER: what CKA_EC_PARAMS holds.
constexpr std::string_view kP256{"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// An OCTET STRING around the point, which some tokens leave out.
std::string point_of(std::string_view value, std::size_t size) {
  if (value.size() == size) return std::string(value);
  const unsigned char* at = bytes(value);
  const OctetsPtr octets(d2i_ASN1_OCTET_STRING(nullptr, &at, static_cast<long>(value.size())));
  if (!octets) return "";
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets.get())),
          static_cast<std::size_t>(ASN1_STRING_length(octets.get()))};
}

EvpKeyPtr p256_key(std::string_view parameters, std::string_view value) {
  return parameters == kP256 ? p256_public_key(point_of(value, kP256PointBytes)) : nullptr;
}

EvpKeyPtr certified_key(std::string_view certificate) {
  const unsigned char* at = bytes(certificate);
  const X509Ptr read(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  return EvpKeyPtr(read ? X509_get_pubkey(read.get()) : nullptr);
}

std::string encoded(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  const int size = key == nullptr ? -1 : i2d_PUBKEY(key, &out);
  ERR_clear_error();
  if (size <= 0) return "";
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

}  // namespace

Result<std::string> Pkcs11Sitting::read_public_half(CK_SESSION_HANDLE session,
                                                    const TokenObject& key) {
  const auto value = [&](CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE attribute) {
    return value_of(session, object, attribute);
  };
  STRONGROOM_TRY(const CK_OBJECT_HANDLE beside, companion(session, key, CKO_PUBLIC_KEY));
  const CK_OBJECT_HANDLE object = beside != 0 ? beside : key.handle;
  std::string der;
  if (key.type == CKK_RSA) {
    STRONGROOM_TRY(const std::string modulus, value(object, CKA_MODULUS));
    STRONGROOM_TRY(const std::string exponent, value(object, CKA_PUBLIC_EXPONENT));
    if (!modulus.empty() && !exponent.empty())
      der = encoded(rsa_public_key(modulus, exponent).get());
  } else if (key.type == CKK_EC || key.type == CKK_EC_EDWARDS) {
    STRONGROOM_TRY(const std::string point, value(object, CKA_EC_POINT));
    STRONGROOM_TRY(const std::string curve, value(object, CKA_EC_PARAMS));
    der = encoded((key.type == CKK_EC ? p256_key(curve, point)
                                      : ed25519_public_key(point_of(point, kEd25519Bytes)))
                      .get());
  } else {
    return Error{Code::kInvalidArgument,
                 "This kind of key is not supported. Use RSA, P-256 (prime256v1) or Ed25519."};
  }
  if (der.empty()) {
    STRONGROOM_TRY(const CK_OBJECT_HANDLE certificate, companion(session, key, CKO_CERTIFICATE));
    if (certificate != 0) {
      STRONGROOM_TRY(const std::string read, value(certificate, CKA_VALUE));
      der = encoded(certified_key(read).get());
    }
  }
  if (!der.empty()) return der;
  return Error{Code::kInvalidArgument,
               "The security token holds no public half of this key that can be read: RSA, P-256 "
               "(prime256v1) or Ed25519. Store the public key or the certificate beside it, with "
               "the same id."};
}

}  // namespace strongroom::crypto
