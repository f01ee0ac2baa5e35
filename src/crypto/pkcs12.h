#pragma once
// PKCS#12 (RFC 7292): a private key with its certificates in one file under a password, as Windows
// and certificate authorities hand them out (.p12, .pfx).

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "crypto/client_certificate.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

inline constexpr std::size_t kMaxPkcs12Bytes = std::size_t{64} * 1024;

struct KeyAndCertificate {
  PrivateKey key;
  ClientCertificate certificate;  // of that key, with those issuers that are in the file
};

// Opens a file with one private key. Certificates that are not the key's or its issuers' are left
// out. The caller wipes its copy.
//
// Errors, all kInvalidArgument, with a message that says what to do: no PKCS#12 file, or damage; a
// password that is missing or wrong; no key, several keys, or one that PrivateKey would refuse; no
// certificate of the key; protection that would take too long to open, or is too old.
Result<KeyAndCertificate> open_pkcs12(std::string_view file, const KeyPassword& password);

}  // namespace strongroom::crypto
