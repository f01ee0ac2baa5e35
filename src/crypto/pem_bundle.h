#pragma once
// A private key and its certificates in one PEM file (RFC 7468), in whatever order: as people have
// it who keep both together.

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/pkcs12.h"

namespace strongroom::crypto {

inline constexpr std::size_t kMaxPemBundleBytes = std::size_t{64} * 1024;

// Reads one private key and the certificate that belongs to it, which comes before its issuers. The
// caller wipes its copy.
//
// Errors, all kInvalidArgument, with a message that says what to do: as PrivateKey::parse() and
// ClientCertificate::parse() of the blocks of their kind; the two do not belong together.
Result<KeyAndCertificate> open_pem_bundle(std::string_view file, const KeyPassword& password);

using PemBundle = Secret<struct PemBundleKind>;

// The key as PKCS#8 without a password, then the certificate and its issuers. Errors: kInternal;
// kInvalidArgument, the key lies in a security token.
Result<PemBundle> to_pem_bundle(const KeyAndCertificate& pair);

}  // namespace strongroom::crypto
