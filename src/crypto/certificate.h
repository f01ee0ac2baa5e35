#pragma once
// X.509 certificates as people paste them.

#include <string_view>

#include "base/result.h"

namespace strongroom::crypto {

// Whether `pem` is one certificate or more in PEM (RFC 7468 section 5) and nothing that belongs
// elsewhere: each block is a certificate that parses. Text between blocks is let through, as tools
// write it. What the certificates say is not judged.
//
// Errors:
//   kInvalidArgument  no certificate, more than 100, a block that does not parse or is something
//                     else (a private key, say), more than 256 KiB
Status check_pem_certificates(std::string_view pem);

}  // namespace strongroom::crypto
