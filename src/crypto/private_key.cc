#include "crypto/private_key.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "crypto/algorithms.h"
#include "crypto/private_key_checks.h"
#include "crypto/token_key.h"

namespace strongroom::crypto {
namespace {

constexpr LiteralText kOtherKind =
    "This kind of key is not supported. Use RSA, P-256 (prime256v1) or Ed25519.";
constexpr LiteralText kDamaged = "The private key is damaged.";

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  int is_explicit = 0;  // parameters written out could be those of P-256, or nearly
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit);
  return is_explicit == 0 && EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) == 1 &&
         std::string_view(name.data()) == SN_X9_62_prime256v1;
}

BignumPtr number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) ERR_clear_error();
  return BignumPtr(number);
}

// With an exponent of one, a signature would be the message.
bool has_sound_exponent(const EVP_PKEY* key) {
  const BignumPtr exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  return exponent && BN_is_odd(exponent.get()) == 1 && BN_is_one(exponent.get()) == 0;
}

// Signing works with every part, so one that is longer than the key would cost any amount of time.
bool has_sound_parts(const EVP_PKEY* key) {
  for (const char* const name :
       {OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
        OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
        OSSL_PKEY_PARAM_RSA_COEFFICIENT1}) {
    const BignumPtr part = number_of(key, name);
    if (!part || BN_num_bits(part.get()) > EVP_PKEY_get_bits(key)) return false;
  }
  return !number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR3);  // of more than two primes
}

// CVE-2017-15361: some chips made primes whose product is a power of 65537 modulo every small
// prime, and can be factored. Any other modulus is so by chance, once in a hundred million.
bool is_of_weak_chip(const EVP_PKEY* key) {
  constexpr BN_ULONG kPrimes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                  47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                  107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
  const BignumPtr modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  return modulus && std::ranges::all_of(kPrimes, [&](BN_ULONG prime) {
           const BN_ULONG rest = BN_mod_word(modulus.get(), prime);
           BN_ULONG power = 1;
           do {
             if (power == rest) return true;
             power = power * 65537 % prime;
           } while (power != 1);
           return false;
         });
}

Status check_public_rsa(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < PrivateKey::kMinRsaBits) {
    return key_refused("An RSA key needs 2048 bits or more. Make a new one.");
  }
  if (bits > PrivateKey::kMaxRsaBits) {
    return key_refused(
        "An RSA key may have 8192 bits at most: longer ones take too long. Make a shorter one.");
  }
  if (is_of_weak_chip(key)) {
    return key_refused(
        "This RSA key can be broken: a faulty chip made it (CVE-2017-15361). Make a new one.");
  }
  if (!has_sound_exponent(key)) return key_refused(kDamaged);
  return {};
}

Result<KeyType> supported_type(const EVP_PKEY* key) {
  STRONGROOM_TRY(const KeyType type, public_type(key));
  if (type == KeyType::kRsa && !has_sound_parts(key)) return key_refused(kDamaged);
  return type;
}

// Whether the public half verifies what the private half signs.
bool halves_fit(EVP_PKEY* key, KeyType type) {
  static constexpr std::array<unsigned char, 32> kText{};
  const EVP_MD* const digest = type == KeyType::kEd25519 ? nullptr : sha256_algorithm();
  std::array<unsigned char, PrivateKey::kMaxRsaBits / 8> signature{};
  std::size_t size = signature.size();
  const DigestContextPtr signer(EVP_MD_CTX_new());
  const DigestContextPtr verifier(EVP_MD_CTX_new());
  return signer && verifier &&
         EVP_DigestSignInit(signer.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestSign(signer.get(), signature.data(), &size, kText.data(), kText.size()) == 1 &&
         EVP_DigestVerifyInit(verifier.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(verifier.get(), signature.data(), size, kText.data(), kText.size()) == 1;
}

EVP_PKEY* make(NewKey kind) {
  switch (kind) {
    case NewKey::kRsa2048:
      return EVP_RSA_gen(2048U);
    case NewKey::kRsa3072:
      return EVP_RSA_gen(3072U);
    case NewKey::kRsa4096:
      return EVP_RSA_gen(4096U);
    case NewKey::kP256:
      return EVP_EC_gen("P-256");
    case NewKey::kEd25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  return nullptr;
}

// Parameters of its own stand for a curve of its own.
bool names_p256(const X509_ALGOR* algorithm) {
  const void* parameters = nullptr;
  int type = V_ASN1_UNDEF;
  X509_ALGOR_get0(nullptr, &type, &parameters, algorithm);
  return type == V_ASN1_OBJECT &&
         OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(parameters)) == NID_X9_62_prime256v1;
}

bool is_supported(const PKCS8_PRIV_KEY_INFO* info) {
  const ASN1_OBJECT* id = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  if (PKCS8_pkey_get0(&id, nullptr, nullptr, &algorithm, info) != 1) return false;
  const int nid = OBJ_obj2nid(id);
  return nid == NID_rsaEncryption || nid == NID_ED25519 ||
         (nid == NID_X9_62_id_ecPublicKey && names_p256(algorithm));
}

constexpr std::string_view kUriScheme = "pkcs11:";

std::string public_half(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  if (size <= 0) std::abort();  // out of memory; half a reference must not be stored
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Result<PrivateKey> open_reference(std::string_view stored, const std::shared_ptr<Pkcs11>& tokens) {
  const std::size_t end = stored.find('\n');
  auto uri = Pkcs11Uri::parse(stored.substr(0, end));
  if (end == std::string_view::npos || !uri) {
    return Error{Code::kCorrupt, "A stored private key is damaged."};
  }
  if (tokens == nullptr) {
    return Error{Code::kUnavailable,
                 "The private key lies in a security token, and the server was started without "
                 "one. Whoever runs the server must set pkcs11.module.",
                 {},
                 "security_token_missing"};
  }
  auto key = PrivateKeyChecks::open_in_token(
      stored.substr(end + 1), std::make_shared<const TokenKey>(TokenKey{tokens, *std::move(uri)}));
  if (key) return key;
  return Error{Code::kCorrupt, "A stored private key is damaged."};
}

}  // namespace

Result<KeyType> public_type(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    STRONGROOM_CHECK(check_public_rsa(key));
    return KeyType::kRsa;
  }
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyType::kEd25519;
  if (EVP_PKEY_is_a(key, "EC") == 1 && is_p256(key)) return KeyType::kP256;
  return key_refused(kOtherKind);
}

Error key_refused(LiteralText message) {
  ERR_clear_error();
  return Error{Code::kInvalidArgument, message};
}

bool is_one_sequence(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  const int form = ASN1_get_object(&at, &length, &tag, &tag_class, static_cast<long>(der.size()));
  ERR_clear_error();
  return form == V_ASN1_CONSTRUCTED && tag == V_ASN1_SEQUENCE && tag_class == V_ASN1_UNIVERSAL &&
         at + length == end;
}

Result<EvpKeyPtr> key_of(const PKCS8_PRIV_KEY_INFO* info) {
  if (!is_supported(info)) return key_refused(kOtherKind);
  EvpKeyPtr key(EVP_PKCS82PKEY(info));
  if (!key) return key_refused(kDamaged);
  return key;
}

Result<EvpKeyPtr> decrypted_key(const X509_SIG* encrypted, const KeyPassword& password,
                                PasswordWork& work) {
  const std::string_view letters = password.reveal();
  if (letters.empty()) {
    return key_refused("The private key is protected by a password. Give the password as well.");
  }
  if (letters.size() > PrivateKey::kMaxPasswordBytes) {
    return key_refused("The password is longer than 1,023 bytes.");
  }
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(encrypted, &algorithm, nullptr);
  STRONGROOM_CHECK(work.spend(algorithm));
  const KeyInfoPtr info(PKCS8_decrypt(encrypted, letters.data(), static_cast<int>(letters.size())));
  if (!info) return key_refused("The password does not open this private key.");
  return key_of(info.get());
}

Result<PrivateKey> PrivateKeyChecks::admit(EvpKeyPtr key) {
  STRONGROOM_TRY(const KeyType type, supported_type(key.get()));
  if (!halves_fit(key.get(), type)) {
    return key_refused("The private key is damaged: its parts do not belong together.");
  }
  return PrivateKey(key.release(), type);
}

void PrivateKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

int PrivateKey::bits() const { return EVP_PKEY_get_bits(key_.get()); }

Result<PrivateKey> PrivateKey::generate(NewKey kind) {
  EvpKeyPtr key(make(kind));
  if (!key) {
    ERR_clear_error();
    return Error{Code::kInternal, "A private key could not be made."};
  }
  return PrivateKeyChecks::admit(std::move(key));
}

// Of a key in a token: its URI, a line feed and its public half.
PrivateKeyDer PrivateKey::der() const {
  if (is_in_token()) return PrivateKeyDer(place_->uri.text() + "\n" + public_half(key_.get()));
  const KeyInfoPtr info(EVP_PKEY2PKCS8(key_.get()));
  unsigned char* bytes = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes) : -1;
  if (size <= 0) std::abort();  // out of memory; half a key must not be stored
  PrivateKeyDer der(
      std::string_view(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return der;
}

Result<PrivateKey> PrivateKey::open(const PrivateKeyDer& stored,
                                    const std::shared_ptr<Pkcs11>& tokens) {
  const std::string_view der = stored.reveal();
  if (der.starts_with(kUriScheme)) return open_reference(der, tokens);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const KeyInfoPtr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  if (info && is_one_sequence(der)) {
    auto key = key_of(info.get());
    if (key.has_value()) {
      auto admitted = PrivateKeyChecks::admit(*std::move(key));
      if (admitted.has_value()) return admitted;
    }
  }
  ERR_clear_error();
  return Error{Code::kCorrupt, "A stored private key is damaged."};
}

}  // namespace strongroom::crypto
