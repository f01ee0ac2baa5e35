#pragma once
// One connected socket, plain or under TLS, read and written without ever blocking.

#include <cstddef>
#include <span>
#include <string_view>

#include "http/descriptor.h"
#include "http/tls_context.h"

namespace strongroom::http {

// Owns the socket. Belongs to one event loop's thread. Stays where it was made: OpenSSL keeps a
// pointer to it.
class Transport {
 public:
  enum class Outcome {
    kDone,     // `bytes` were moved, or the handshake is over
    kBlocked,  // the socket will say when there is more to be done
    kEnded,    // the peer closed, or something failed: the connection is of no more use
  };
  struct Step {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  // `session` is nullptr for a plain connection.
  Transport(Descriptor socket, TlsSession session);
  ~Transport() { close(); }  // the session before the socket
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  Step shake_hands();
  Step read(std::span<char> into);
  Step write(std::string_view bytes);

  // Reads what the peer still sends and drops it, below TLS.
  Step discard();

  // Says goodbye and sends no more; the peer may still be sending.
  void end_writing();
  void close();

  // Gives back the memory that TLS keeps for records, about 34 kB. The next record takes it anew.
  void release_memory();

  // What the event loop saw. Input that is not read down to the last byte is remembered, so a read
  // only for finding that there is nothing is never needed.
  void note_readable() { drained_ = false; }
  void note_peer_closed() { peer_closed_ = true; }
  bool may_have_input() const;

  // nullptr: plain. Lives as long as the transport is open.
  ssl_st* session() const { return session_.get(); }
  int socket() const { return socket_.number(); }
  bool is_open() const { return socket_.is_open(); }

 private:
  friend struct TransportBio;

  Step receive(char* into, std::size_t size);
  Step transmit(const char* bytes, std::size_t size);
  Step after_tls(int result);

  Descriptor socket_;
  TlsSession session_;
  bool drained_ = false;  // the socket has nothing to read until the loop says so
  bool blocked_ = false;  // the last call on the socket would have blocked
  bool peer_closed_ = false;
  bool broken_ = false;  // nothing can be sent any more, not even a goodbye
};

}  // namespace strongroom::http
