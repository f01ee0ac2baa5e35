#include "http/resolver.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace strongroom::http {

std::optional<IpAddress> address_of(const sockaddr* address) {
  IpAddress out;
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, address, sizeof ipv6);
    std::memcpy(out.bytes.data(), &ipv6.sin6_addr, out.bytes.size());
    return out;
  }
  if (address->sa_family != AF_INET) return std::nullopt;
  sockaddr_in ipv4;
  std::memcpy(&ipv4, address, sizeof ipv4);
  out.bytes[10] = out.bytes[11] = 0xff;
  std::memcpy(out.bytes.data() + 12, &ipv4.sin_addr, 4);
  return out;
}

Result<std::vector<IpAddress>> SystemResolver::resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // otherwise every address comes once for each kind of socket
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (status != 0) {
    return Error{Code::kUnavailable, "The name could not be resolved.",
                 host + ": " + gai_strerror(status)};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, &freeaddrinfo);

  std::vector<IpAddress> out;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    const auto address = address_of(entry->ai_addr);
    if (address && std::ranges::find(out, *address) == out.end()) out.push_back(*address);
  }
  if (out.empty()) {
    return Error{Code::kUnavailable, "The name has no address.", host};
  }
  return out;
}

}  // namespace strongroom::http
