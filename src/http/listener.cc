#include "http/listener.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/ascii.h"

namespace strongroom::http {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

struct HostAndPort {
  std::string host;
  std::string port;
};

// Perhaps with a scope: "fe80::1%eth0".
bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text.substr(0, text.find('%'))).c_str(), &address) == 1;
}

bool is_of_a_name(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

std::optional<HostAndPort> split(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) {
    return std::nullopt;
  }
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (port.size() > 5 || !std::ranges::all_of(port, is_digit) ||
      std::stoi(std::string(port)) > 65535) {
    return std::nullopt;
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return std::nullopt;
  } else if (!std::ranges::all_of(host, is_of_a_name)) {
    return std::nullopt;  // also an IPv6 address without brackets: where does the port begin?
  }
  return HostAndPort{std::string(host), std::string(port)};
}

Error unavailable(std::string_view address) {
  return Error{Code::kUnavailable, "the address cannot be listened on",
               std::string(address) + ": " + std::generic_category().message(errno)};
}

bool set_option(int socket, int level, int name) {
  const int on = 1;
  return ::setsockopt(socket, level, name, &on, sizeof on) == 0;
}

// Accepted sockets inherit TCP_NODELAY, which saves a call for each.
bool bind_and_listen(int socket, const sockaddr* address, socklen_t size, bool shared) {
  return set_option(socket, SOL_SOCKET, SO_REUSEADDR) &&
         (!shared || set_option(socket, SOL_SOCKET, SO_REUSEPORT)) &&
         set_option(socket, IPPROTO_TCP, TCP_NODELAY) && ::bind(socket, address, size) == 0 &&
         ::listen(socket, SOMAXCONN) == 0;
}

std::uint16_t port_of(const sockaddr_storage& address) {
  const bool v6 = address.ss_family == AF_INET6;
  return ntohs(v6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                  : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::string peer_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text,
                sizeof text);
    return text;
  }
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    ::inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &v6, text, sizeof text);
  }
  return text;
}

}  // namespace

bool is_listen_address(std::string_view address) { return split(address).has_value(); }

Result<Listener> Listener::open(std::string_view address, bool shared, std::uint16_t port) {
  const std::optional<HostAndPort> parts = split(address);
  if (!parts) {
    return Error{Code::kInvalidArgument, "the address to listen on is not host:port",
                 std::string(address)};
  }
  const std::string service = port != 0 ? std::to_string(port) : parts->port;

  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(parts->host.c_str(), service.c_str(), &hints, &found);
      failed != 0) {
    return Error{Code::kUnavailable, "the address to listen on is not known",
                 std::string(address) + ": " + ::gai_strerror(failed)};
  }
  const Addresses addresses(found);

  const auto make_socket = [&] {
    return Descriptor(
        ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  };
  if (shared && port == 0 && service != "0") {
    // Sharing is for this process alone, but the system would let another of the same user in.
    const Descriptor probe = make_socket();
    if (!probe.is_open() ||
        !bind_and_listen(probe.number(), found->ai_addr, found->ai_addrlen, false)) {
      return unavailable(address);
    }
  }
  Descriptor socket = make_socket();
  if (!socket.is_open() ||
      !bind_and_listen(socket.number(), found->ai_addr, found->ai_addrlen, shared)) {
    return unavailable(address);
  }
  return Listener(std::move(socket));
}

std::optional<Listener::Accepted> Listener::accept() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  Descriptor socket(::accept4(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.is_open()) return std::nullopt;
  return Accepted{std::move(socket), peer_text(address)};
}

std::uint16_t Listener::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return port_of(address);
}

}  // namespace strongroom::http
