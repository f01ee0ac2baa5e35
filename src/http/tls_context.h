#pragma once
// The server's certificate and the rules of its TLS: 1.2 and 1.3, HTTP/1.1 only, no renegotiation,
// no compression, tickets so that a client that comes back is let in quickly.

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "http/server.h"

struct ssl_st;
struct ssl_ctx_st;

namespace strongroom::http {

struct FreeTlsSession {
  void operator()(ssl_st* session) const;
};
using TlsSession = std::unique_ptr<ssl_st, FreeTlsSession>;

// Safe to use from any thread.
class TlsContext {
 public:
  explicit TlsContext(TlsFiles files);

  // Reads the files. Sessions that were made before keep the certificate they have. Tickets given
  // out before are void after it. On an error the half that cannot be read, its own certificate or
  // what its clients are told by, stays as it was, and the other half is used; the first time,
  // everything has to be read.
  //
  // Errors:
  //   kInvalidArgument  a file cannot be read or is encrypted, or they do not belong together
  Status load();

  // The server's half of a new TLS connection; nullptr when memory is short, or before load().
  TlsSession new_session() const;

  // What the client of `session`, whose handshake is over, showed; verified with the files as they
  // were read last, so that a certificate which was revoked since counts no more. While
  // generation() stays the same, so does what counts, but for certificates that expire.
  bool has_client_ca() const { return !files_.client_ca.empty(); }
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  std::shared_ptr<const ShownCertificate> verify_client(ssl_st* session) const;

  // When the certificate that new connections get ends to be valid.
  //
  // Errors:
  //   kUnavailable  nothing is loaded yet
  Result<WallTime> certificate_expiry() const;

 private:
  using Context = std::shared_ptr<ssl_ctx_st>;

  TlsFiles files_;
  std::atomic<std::uint64_t> generation_{0};  // goes up with each load()
  mutable Guarded<Context> context_;
};

}  // namespace strongroom::http
