#pragma once
// A certificate authority for one server, so that a first start has TLS without anybody's help.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::crypto {

struct LocalCaFiles {
  std::string ca_certificate;
  std::string ca_key;
  std::string server_certificate;  // the chain that the server sends
  std::string server_key;
};

// Makes what is missing, about to expire, or for other names: a CA (P-256, ten years, may sign
// server certificates only) and a server certificate (P-256, 397 days, for `names`: DNS names and
// IP addresses). Keys are files of mode 0600. A CA that is there is kept: people trust it. Answers
// whether a certificate was made.
//
// Errors:
//   kUnavailable  a file cannot be read or written
//   kCorrupt      a file is there but is no certificate or key
Result<bool> ensure_local_ca(const LocalCaFiles& files, std::vector<std::string> names,
                             WallTime now);

}  // namespace strongroom::crypto
