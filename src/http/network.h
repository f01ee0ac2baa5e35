#pragma once
// How this machine reaches other servers: what whoever runs it configured once for all requests.

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "http/client.h"

namespace strongroom::http {

// Servers that are reached without the machine's proxy.
class NoProxyList {
 public:
  NoProxyList() = default;
  // "login.example.org" is that host; ".example.org" all hosts below that domain, and not itself;
  // "10.0.0.0/8" and "::1" are addresses, and mean URLs that are written with one: names are not
  // resolved for this. Errors: kInvalidArgument; the detail is the bad entry.
  static Result<NoProxyList> parse(const std::vector<std::string>& entries);
  bool contains(const Url& url) const;

 private:
  std::vector<std::variant<std::string, AddressRange>> entries_;
};

// Immutable once built; shared by all threads.
struct Network {
  std::string proxy_url;  // as parse_proxy_url() takes it; empty: no proxy
  std::optional<ProxyCredentials> proxy_credentials;
  NoProxyList no_proxy;
  std::string extra_ca_pem;  // trusted besides the system's roots
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds idle_timeout{10'000};
  std::chrono::milliseconds total_timeout{20'000};

  // Gives `request` the time limits and the extra CAs.
  void apply_to(OutgoingRequest& request) const;
  // The machine's own proxy for a request to `url`, wherever it is: whoever configured it allowed
  // it. nullopt: none, or none for this server.
  std::optional<OutgoingProxy> proxy_for(const std::string& url) const;
};

}  // namespace strongroom::http
