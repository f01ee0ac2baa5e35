#pragma once
// A TLS connection that only sends: for a receiver of logs (RFC 5425), which says nothing.

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::http {

// Used by one thread, which waits.
class TlsStream {
 public:
  struct Place {
    std::string host;                 // a name or an address; its certificate must be for it
    int port = 6514;                  // RFC 5425 section 4.1
    std::string trusted_ca_pem = {};  // these CAs alone; empty: the system's
  };

  // Errors, all kUnavailable: the name, the connection or the handshake; the message says which.
  static Result<TlsStream> connect(const Place& place, Milliseconds patience);
  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) noexcept;
  ~TlsStream();

  // All of `bytes`. After an error some of them may have arrived, and the stream is of no more use.
  // Errors: kUnavailable, the connection broke, or took nothing for `patience`.
  Status send(std::string_view bytes, Milliseconds patience);

  // False: the other side has closed it, as far as is known here.
  bool is_open();

 private:
  struct Handle;
  explicit TlsStream(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace strongroom::http
