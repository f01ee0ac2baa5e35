#pragma once
// A listening TCP socket.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "http/descriptor.h"

namespace strongroom::http {

// Whether `address` is "host:port" or "[v6]:port", as Listener::open() takes it.
bool is_listen_address(std::string_view address);

// Owns the socket. Movable, not copyable. Not thread-safe.
class Listener {
 public:
  struct Accepted {
    Descriptor socket;  // non-blocking
    std::string peer;
  };

  // Listens on "host:port" or "[v6]:port". With `shared`, further listeners of this process may
  // take the same address, and the system spreads the clients over them; an address that another
  // process listens on is refused all the same. `port` replaces the address's own when not 0.
  //
  // Errors:
  //   kInvalidArgument  the address has another form
  //   kUnavailable      the address is taken or not ours
  static Result<Listener> open(std::string_view address, bool shared, std::uint16_t port = 0);

  // The next client; nullopt with errno set (EAGAIN: nobody is waiting).
  std::optional<Accepted> accept();

  std::uint16_t port() const;
  int socket() const { return socket_.number(); }
  bool is_open() const { return socket_.is_open(); }
  void close() { socket_.close(); }

 private:
  explicit Listener(Descriptor socket) : socket_(std::move(socket)) {}

  Descriptor socket_;
};

}  // namespace strongroom::http
