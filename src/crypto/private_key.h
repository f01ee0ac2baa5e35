#pragma once
// Private keys that sign for a client: RSA, P-256 and Ed25519; in memory, or in a security token
// that they never leave (pkcs11.h).
//
// A PrivateKey that exists is one that we would use: of a size that is safe and that costs no
// undue time, with parts that belong together.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace strongroom::crypto {

class Pkcs11;
struct TokenKey;

enum class KeyType : std::uint8_t { kRsa, kP256, kEd25519 };

// What can be made here.
enum class NewKey : std::uint8_t { kRsa2048, kRsa3072, kRsa4096, kP256, kEd25519 };

// What a file with a key is protected by. Empty: nothing was given.
using KeyPassword = Secret<struct KeyPasswordKind>;

// What is sealed of a private key: unencrypted PKCS#8 in DER (RFC 5958), or of one in a token its
// URI and its public half.
using PrivateKeyDer = Secret<struct PrivateKeyDerKind>;

// Safe to sign with from several threads at once. Wiped when it dies.
class PrivateKey {
 public:
  static constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kMaxPasswordBytes = 1023;
  static constexpr int kMinRsaBits = 2048;
  static constexpr int kMaxRsaBits = 8192;  // signing with 16,384 takes a second

  // Reads the one key in a file as people have it: PEM (RFC 7468) or DER; PKCS#8, PKCS#1
  // (RFC 8017) or SEC1 (RFC 5915); PKCS#8 and PEM also under a password. Text before the key's
  // PEM block is let through, as tools write it. A password that is not needed is ignored.
  // The caller wipes its copy.
  //
  // Errors, all kInvalidArgument, with a message that says what to do: no key, or one of another
  // kind, curve or size; several keys, or something beside the key; a password that is missing or
  // wrong; damage; more than kMaxFileBytes; protection that would take too long to open.
  static Result<PrivateKey> parse(std::string_view file, const KeyPassword& password);

  // Makes a new key. RSA takes time: seconds for 4096 bits. Errors: kInternal.
  static Result<PrivateKey> generate(NewKey kind);

  // Reads what der() gave; `tokens` is what a key in a token will sign with, and is not asked now.
  //
  // Errors: kCorrupt; kUnavailable "security_token_missing": it is in a token, and `tokens` is
  // null.
  static Result<PrivateKey> open(const PrivateKeyDer& stored,
                                 const std::shared_ptr<Pkcs11>& tokens = nullptr);

  PrivateKeyDer der() const;

  bool is_in_token() const { return place_ != nullptr; }

  KeyType type() const { return type_; }
  int bits() const;  // 2048 to 8192 of RSA; 256

  // For the sources of this room, which do not change it. Of a key in a token: its public half.
  evp_pkey_st* handle() const { return key_.get(); }
  const TokenKey* place() const { return place_.get(); }  // nullptr: in memory

 private:
  friend class PrivateKeyChecks;
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  PrivateKey(evp_pkey_st* key, KeyType type) : key_(key), type_(type) {}

  std::unique_ptr<evp_pkey_st, Free> key_;
  KeyType type_;
  std::shared_ptr<const TokenKey> place_;
};

}  // namespace strongroom::crypto
