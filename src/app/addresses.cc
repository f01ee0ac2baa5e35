#include "app/addresses.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include "http/url.h"

namespace strongroom::app {
namespace {

// The host of "127.0.0.1:8443" or "[::1]:8443".
std::string host_of(const std::string& listen) {
  std::string host = listen.substr(0, listen.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

bool is_everywhere(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

bool is_ipv6(const std::string& host) { return host.find(':') != std::string::npos; }

std::string in_url(const std::string& host) { return is_ipv6(host) ? "[" + host + "]" : host; }

// Whether `name` can stand in a certificate as a DNS name.
bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

// The text of an interface's address; empty where nobody else can use it.
std::string text_of(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return "";
  if ((entry.ifa_flags & IFF_LOOPBACK) != 0) return "";
  char text[INET6_ADDRSTRLEN] = "";
  if (entry.ifa_addr->sa_family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(entry.ifa_addr);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
  } else if (entry.ifa_addr->sa_family == AF_INET6) {
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
    if (!IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) {
      inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
    }
  }
  return text;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// Those of `machine` that a server on all addresses of IPv4, or of both, listens on.
std::vector<std::string> addresses_behind(const std::string& host, const Machine& machine) {
  std::vector<std::string> addresses;
  for (const std::string& address : machine.addresses) {
    if (host == "::" || !is_ipv6(address)) addresses.push_back(address);
  }
  return addresses;
}

std::string url_of(const char* scheme, const std::string& host, int port) {
  return scheme + host + ":" + std::to_string(port);
}

}  // namespace

Machine this_machine() {
  Machine machine;
  char name[256] = "";
  if (gethostname(name, sizeof(name) - 1) == 0 && is_dns_name(name)) machine.host_name = name;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return machine;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    add_once(machine.addresses, text_of(*entry));
  }
  std::stable_partition(machine.addresses.begin(), machine.addresses.end(),
                        [](const std::string& text) { return !is_ipv6(text); });
  return machine;
}

std::vector<std::string> certificate_names(const Config& config, const Machine& machine) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  const std::string host = host_of(config.text("server.listen"));
  if (is_everywhere(host)) {
    add_once(names, machine.host_name);
    for (const std::string& address : addresses_behind(host, machine)) add_once(names, address);
  } else {
    add_once(names, host);
  }
  if (const auto url = http::Url::parse(config.text("server.public_url"))) {
    add_once(names, url->host);
  }
  return names;
}

std::string public_url(const Config& config) {
  std::string url = config.text("server.public_url");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::vector<std::string> reachable_hosts(const std::string& listen, const Machine& machine) {
  const std::string host = host_of(listen);
  if (!is_everywhere(host)) return {in_url(host)};
  std::vector<std::string> hosts;
  for (const std::string& address : addresses_behind(host, machine)) {
    hosts.push_back(in_url(address));
  }
  hosts.emplace_back(host == "::" ? "[::1]" : "127.0.0.1");
  return hosts;
}

ServerAddresses server_addresses(const Config& config, int port, int management_port) {
  const Machine machine = this_machine();
  ServerAddresses found;
  for (const std::string& host : reachable_hosts(config.text("server.listen"), machine)) {
    found.reachable.push_back(url_of("https://", host, port));
  }
  found.address = found.reachable.back();
  if (const std::string url = public_url(config); !url.empty()) found.reachable = {url};
  found.management =
      url_of("http://", reachable_hosts(config.text("management.listen"), machine).back(),
             management_port);
  return found;
}

}  // namespace strongroom::app
