#pragma once
// Certificates for tests, as the authorities of other people issue them.

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/testing/fake_clock.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

struct CertificateWish {
  const PrivateKey& key;
  std::string name = "robot";
  WallTime from = FakeClock::kStart - std::chrono::hours(24);
  WallTime until = FakeClock::kStart + std::chrono::hours(24 * 365);
  // "keyUsage" -> "critical,digitalSignature": as OpenSSL's configuration has them.
  std::vector<std::pair<std::string, std::string>> extensions = {};
  const PrivateKey* issuer_key = nullptr;  // nullptr: self-signed
  std::string issuer_name = {};
};

std::string make_certificate(const CertificateWish& wish);  // PEM

// A PKCS#12 file of such keys and certificates (PEM), under `password`, as `openssl pkcs12 -export`
// writes it. `iterations` of its MAC.
std::string make_pkcs12(const std::vector<const PrivateKey*>& keys,
                        const std::vector<std::string>& certificates, const std::string& password,
                        int iterations = 2048);

}  // namespace strongroom::crypto
