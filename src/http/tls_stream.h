#pragma once
// A TLS connection that only sends: for a receiver of logs (RFC 5425), which says nothing.

#include <functional>
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

  // Says that nobody wants it any more; asked about once a second by whatever waits here, and never
  // after that returned.
  using Stopping = std::function<bool()>;

  // Until name, connection and handshake are done, all of them together no longer than `patience`;
  // only a name that nobody resolves may take longer. Errors, all kUnavailable: which of them, or
  // that it was stopped; the message says so.
  static Result<TlsStream> connect(const Place& place, Milliseconds patience,
                                   const Stopping& stopping);
  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) noexcept;
  ~TlsStream();

  // All of `bytes`, however slowly they are taken, within `patience`. After an error some of them
  // may have arrived, and the stream is of no more use. Errors: kUnavailable, the connection broke,
  // was too slow, or it was stopped.
  Status send(std::string_view bytes, Milliseconds patience, const Stopping& stopping);

  // False: the other side has closed it, as far as is known here. Never waits, and reads no more
  // than a receiver of logs may have to say.
  bool is_open();

 private:
  struct Handle;
  explicit TlsStream(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace strongroom::http
