#include "http/outgoing_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace strongroom::http {
namespace {

constexpr bool is_upper(char c) { return 'A' <= c && c <= 'Z'; }

// RFC 9110 section 5.6.2 "token".
constexpr bool is_token_character(char c) {
  return is_upper(c) || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

// RFC 9110 section 5.5: visible characters, spaces and tabs. A line break would begin a header, or
// a request, of somebody else's.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
}

// Headers that say where a message ends or whom it is for: the client writes them itself.
bool is_ours_to_write(std::string_view name) {
  constexpr std::array<std::string_view, 7> kOurs{
      "Host", "Content-Length", "Transfer-Encoding", "TE", "Connection", "Upgrade", "Expect"};
  return std::ranges::any_of(kOurs, [&](auto ours) { return same_field_name(ours, name); });
}

bool may_be_sent(std::string_view name, std::string_view value) {
  return is_token(name) && is_field_value(value) && !is_ours_to_write(name);
}

bool may_be_sent(const SecretHeader& header) {
  const std::string_view line = header.reveal();
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon + 1 < line.size() &&
         may_be_sent(line.substr(0, colon), line.substr(colon + 1));
}

ExchangeFailure never_sent(Hop hop, LiteralText message, std::string detail = {}) {
  return {hop, message, std::move(detail), false};
}

// The proxy's address, if there is one and it can be used.
tl::expected<std::optional<Url>, ExchangeFailure> check_proxy(const OutgoingRequest& request,
                                                              const Url& target) {
  if (!request.proxy) return std::nullopt;
  auto url = parse_proxy_url(request.proxy->url);
  if (!url) return tl::make_unexpected(never_sent(Hop::kProxy, url.error().message));
  // A proxy would read plain http, secrets and all; and a socket of this machine needs none.
  if (target.scheme != "https" || !request.unix_socket.empty()) {
    return tl::make_unexpected(
        never_sent(Hop::kProxy, "Only https goes through a proxy.", target.host));
  }
  const auto& credentials = request.proxy->credentials;
  if (credentials && !check_proxy_credentials(*credentials)) {
    return tl::make_unexpected(
        never_sent(Hop::kProxy, "The proxy's credentials cannot be sent as they are.", url->host));
  }
  return *std::move(url);
}

}  // namespace

tl::expected<Route, ExchangeFailure> check_request(const OutgoingRequest& request) {
  auto url = Url::parse(request.url);
  if (!url) return tl::make_unexpected(never_sent(Hop::kUrl, url.error().message));
  if (url->scheme != "https" && !request.policy.allow_plain_http) {
    return tl::make_unexpected(never_sent(Hop::kUrl, "The URL must begin with https://."));
  }
  if (request.identity && url->scheme != "https") {
    return tl::make_unexpected(
        never_sent(Hop::kUrl, "A client certificate needs an https address.", url->host));
  }
  if (request.method.empty() || !std::ranges::all_of(request.method, is_upper)) {
    return tl::make_unexpected(never_sent(Hop::kSend, "The method is not one of HTTP's."));
  }
  for (const Header& header : request.headers) {
    if (!may_be_sent(header.name, header.value)) {
      return tl::make_unexpected(
          never_sent(Hop::kSend, "A header of the request cannot be sent as it is."));
    }
  }
  if (request.secret_header && !may_be_sent(*request.secret_header)) {
    return tl::make_unexpected(
        never_sent(Hop::kSend, "The credentials have a character that a header cannot carry."));
  }
  auto proxy = check_proxy(request, *url);
  if (!proxy) return tl::make_unexpected(std::move(proxy).error());
  return Route{*std::move(url), *std::move(proxy)};
}

std::optional<ExchangeFailure> judge_addresses(const Url& url, const AddressPolicy& policy,
                                               const std::vector<IpAddress>& addresses) {
  if (addresses.empty()) return never_sent(Hop::kName, "The name has no address.", url.host);
  for (const IpAddress& address : addresses) {
    if (!policy.permits(address)) {
      return never_sent(Hop::kAddressPolicy,
                        "The server has an address that is not on the public internet. The target "
                        "system's allowed addresses must name it if it is to be reached.",
                        url.host + " is " + address.text());
    }
    if (url.scheme != "https" && !policy.permits_plain_http(address)) {
      return never_sent(Hop::kAddressPolicy,
                        "Plain http is only for allowed addresses of this machine itself.",
                        url.host + " is " + address.text());
    }
  }
  return std::nullopt;
}

std::optional<ExchangeFailure> judge_route(const OutgoingRequest& request, const Route& route,
                                           const std::vector<IpAddress>& server,
                                           const std::vector<IpAddress>& proxy) {
  if (!request.unix_socket.empty()) return std::nullopt;
  if (!route.proxy) return judge_addresses(route.url, request.policy, server);
  const auto& policy = request.proxy->policy;
  const auto closed = [&](const IpAddress& address) { return policy && !policy->permits(address); };
  if (proxy.empty()) {
    return never_sent(Hop::kProxy, "The name of the proxy has no address.", route.proxy->host);
  }
  if (std::ranges::any_of(proxy, closed)) {
    return never_sent(Hop::kAddressPolicy,
                      "The proxy has an address that is not on the public internet. The target "
                      "system's allowed addresses must name it if it is to be used.",
                      route.proxy->host);
  }
  if (server.empty()) return std::nullopt;
  return judge_addresses(route.url, request.policy, server);
}

}  // namespace strongroom::http
