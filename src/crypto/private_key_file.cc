// PrivateKey::parse: the forms in which keys lie in files.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/pem_block.h"
#include "crypto/private_key.h"
#include "crypto/private_key_checks.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr LiteralText kNoKey =
    "This is not a private key. Give one as PEM (it begins with -----BEGIN PRIVATE KEY-----) or "
    "DER.";
constexpr LiteralText kWrongPassword = "The password does not open this private key.";

template <class Pointer, auto kDecode>
Pointer decode(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  Pointer decoded(kDecode(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return decoded;
}

// PKCS#1 or SEC1, which do not say which of them they are.
EvpKeyPtr decode_traditional(std::string_view der, int type) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  EvpKeyPtr key(d2i_PrivateKey(type, nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return key;
}

bool is_pkcs12(std::string_view der) {
  return decode<std::unique_ptr<PKCS12, OpensslFree<PKCS12_free>>, d2i_PKCS12>(der) != nullptr;
}

Result<EvpKeyPtr> from_der(std::string_view der, const KeyPassword& password) {
  if (der.empty() || der.front() != '\x30') return key_refused(kNoKey);
  if (!is_one_sequence(der)) {
    return key_refused("The private key is cut off, or there is something behind it.");
  }
  if (const auto plain = decode<KeyInfoPtr, d2i_PKCS8_PRIV_KEY_INFO>(der)) {
    return key_of(plain.get());
  }
  if (const auto encrypted = decode<EncryptedKeyPtr, d2i_X509_SIG>(der)) {
    PasswordWork work;
    return decrypted_key(encrypted.get(), password, work);
  }
  for (const int type : {EVP_PKEY_RSA, EVP_PKEY_EC}) {
    if (EvpKeyPtr key = decode_traditional(der, type)) return key;
  }
  if (is_pkcs12(der)) {
    return key_refused("This is a PKCS#12 file (.p12, .pfx): give it where a certificate belongs.");
  }
  return key_refused(kNoKey);
}

int give_password(char* buffer, int size, int /*writing*/, void* password) {
  const std::string_view letters = static_cast<const KeyPassword*>(password)->reveal();
  if (letters.empty() || letters.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, letters.data(), letters.size());
  return static_cast<int>(letters.size());
}

// RFC 1421's way, which OpenSSL still writes: a cipher in the PEM header, one round of MD5.
Status decrypt_in_place(PemBlock& block, const KeyPassword& password) {
  EVP_CIPHER_INFO cipher;
  if (PEM_get_EVP_CIPHER_INFO(block.header, &cipher) != 1) {
    return key_refused("The header of the private key is damaged.");
  }
  if (cipher.cipher == nullptr) return {};
  if (password.reveal().empty()) {
    return key_refused("The private key is protected by a password. Give the password as well.");
  }
  // OpenSSL only reads what it is given here.
  auto* const letters = const_cast<KeyPassword*>(&password);
  if (PEM_do_header(&cipher, block.bytes, &block.size, give_password, letters) != 1) {
    return key_refused(kWrongPassword);
  }
  return {};
}

bool is_private_key(std::string_view label) { return label.ends_with("PRIVATE KEY"); }

// What stands behind the block of the key.
Status check_rest(std::string_view rest) {
  const std::size_t next = rest.find(kBegin);
  if (next == std::string_view::npos) {
    const bool is_blank = rest.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (is_blank) return {};
    return key_refused("There is something behind the private key. Leave the key alone.");
  }
  const std::string_view label = rest.substr(next, rest.find('\n', next) - next);
  if (label.find("PRIVATE KEY") != std::string_view::npos) {
    return key_refused("There is more than one private key in this. Leave the one that is meant.");
  }
  return key_refused("There is something beside the private key. Leave the key alone.");
}

// The block of the key. `openssl ecparam -genkey` puts the name of the curve in front of it.
Status read_block(BIO* source, PemBlock& block) {
  for (int before = 0; before < 2; ++before) {
    PemBlock found;
    if (!found.read(source)) break;
    if (is_private_key(found.name)) {
      std::swap(block.name, found.name);
      std::swap(block.header, found.header);
      std::swap(block.bytes, found.bytes);
      std::swap(block.size, found.size);
      std::swap(block.capacity, found.capacity);
      return {};
    }
    if (std::string_view(found.name) != PEM_STRING_ECPARAMETERS) {
      return key_refused(
          "This begins with something that is no private key. Leave the private key alone.");
    }
  }
  return key_refused(kNoKey);
}

Result<EvpKeyPtr> from_block(PemBlock& block, const KeyPassword& password) {
  const std::string_view label = block.name;
  STRONGROOM_CHECK(decrypt_in_place(block, password));
  const bool was_encrypted = block.header != nullptr && *block.header != '\0';
  if (was_encrypted && !is_one_sequence(block.der())) return key_refused(kWrongPassword);
  const bool is_pkcs8 = label == PEM_STRING_PKCS8INF || label == PEM_STRING_PKCS8;
  if (is_pkcs8) return from_der(block.der(), password);
  const bool is_rsa = label == PEM_STRING_RSA;
  if (!is_rsa && label != PEM_STRING_ECPRIVATEKEY) {
    return key_refused(
        "This kind of key is not supported. Use RSA, P-256 (prime256v1) or Ed25519.");
  }
  EvpKeyPtr key = is_one_sequence(block.der())
                      ? decode_traditional(block.der(), is_rsa ? EVP_PKEY_RSA : EVP_PKEY_EC)
                      : nullptr;
  if (!key) return key_refused("The private key is damaged.");
  return key;
}

Result<EvpKeyPtr> from_pem(std::string_view pem, const KeyPassword& password) {
  const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!source) return Error{Code::kInternal, "A private key could not be read."};
  PemBlock block;
  STRONGROOM_CHECK(read_block(source.get(), block));
  const auto unread = static_cast<std::size_t>(BIO_pending(source.get()));
  STRONGROOM_CHECK(check_rest(pem.substr(pem.size() - unread)));
  return from_block(block, password);
}

}  // namespace

Result<PrivateKey> PrivateKey::parse(std::string_view file, const KeyPassword& password) {
  if (file.size() > kMaxFileBytes) return key_refused("A private key has at most 64 KiB.");
  const bool is_pem = file.find(kBegin) != std::string_view::npos;
  STRONGROOM_TRY(EvpKeyPtr key, is_pem ? from_pem(file, password) : from_der(file, password));
  return PrivateKeyChecks::admit(std::move(key));
}

}  // namespace strongroom::crypto
