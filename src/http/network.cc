#include "http/network.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace strongroom::http {
namespace {

// The host that `text` names, as a URL would: lower case, nothing that is no host.
std::optional<std::string> host_of(std::string_view text) {
  auto url = Url::parse("https://" + std::string(text) + "/");
  if (!url || url->port != 443 || url->path != "/" || text.find_first_of("/?:") != text.npos) {
    return std::nullopt;
  }
  return std::move(url->host);
}

}  // namespace

Result<NoProxyList> NoProxyList::parse(const std::vector<std::string>& entries) {
  NoProxyList list;
  for (const std::string& entry : entries) {
    if (const auto range = AddressRange::parse(entry)) {
      list.entries_.emplace_back(*range);
      continue;
    }
    const bool domain = entry.starts_with('.');
    auto host = host_of(std::string_view(entry).substr(domain ? 1 : 0));
    if (!host) {
      return Error{Code::kInvalidArgument,
                   "What is reached without the proxy is a host, a domain with a dot before it, an "
                   "address, or a range such as 10.0.0.0/8.",
                   entry};
    }
    list.entries_.emplace_back(domain ? '.' + *host : *std::move(host));
  }
  return list;
}

bool NoProxyList::contains(const Url& url) const {
  const auto address = IpAddress::parse(url.host);
  return std::ranges::any_of(entries_, [&](const auto& entry) {
    if (const auto* range = std::get_if<AddressRange>(&entry)) {
      return address && range->contains(*address);
    }
    const std::string& name = std::get<std::string>(entry);
    return name.starts_with('.') ? url.host.ends_with(name) : url.host == name;
  });
}

void Network::apply_to(OutgoingRequest& request) const {
  request.limits.connect_timeout = connect_timeout;
  request.limits.idle_timeout = idle_timeout;
  request.limits.total_timeout = total_timeout;
  request.extra_ca_pem = extra_ca_pem;
}

std::optional<OutgoingProxy> Network::proxy_for(const std::string& url) const {
  const auto parsed = Url::parse(url);
  if (proxy_url.empty() || !parsed || no_proxy.contains(*parsed)) return std::nullopt;
  OutgoingProxy proxy{.url = proxy_url,
                      .credentials = std::nullopt,
                      .trusted_ca_pem = "",
                      .extra_ca_pem = "",
                      .policy = std::nullopt};
  if (proxy_credentials) proxy.credentials = proxy_credentials->clone();
  return proxy;
}

}  // namespace strongroom::http
