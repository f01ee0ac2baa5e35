#include "http/address_policy.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace strongroom::http {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

bool is_ipv4(const IpAddress& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

// The IPv4 address whose four bytes begin at `offset`.
IpAddress ipv4_at(const IpAddress& address, std::size_t offset) {
  IpAddress out;
  std::ranges::copy(kMappedPrefix, out.bytes.begin());
  std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(offset), 4,
              out.bytes.begin() + 12);
  return out;
}

AddressRange range(const char* text) { return *AddressRange::parse(text); }

bool contains_any(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::ranges::any_of(ranges, [&](const auto& r) { return r.contains(address); });
}

// The IPv4 address that a translator or tunnel would take this packet to, where the form says so.
std::optional<IpAddress> embedded_ipv4(const IpAddress& address) {
  static const AddressRange nat64 = range("64:ff9b::/96");          // RFC 6052
  static const AddressRange local_nat64 = range("64:ff9b:1::/48");  // RFC 8215
  static const AddressRange six_to_four = range("2002::/16");       // RFC 3056
  static const AddressRange compatible = range("::/96");            // RFC 4291 section 2.5.5.1
  if (six_to_four.contains(address)) return ipv4_at(address, 2);
  if (nat64.contains(address) || local_nat64.contains(address) || compatible.contains(address)) {
    return ipv4_at(address, 12);
  }
  return std::nullopt;
}

// Services that hand out the machine's own credentials to whoever can reach them.
bool is_metadata_service(const IpAddress& address) {
  static const std::vector<AddressRange> services = {
      range("169.254.169.254"),  // AWS, Azure, Google Cloud, OpenStack
      range("169.254.170.2"),    // AWS, credentials of a container
      range("169.254.169.253"),  // AWS, name server
      range("fd00:ec2::254"),    // AWS over IPv6
      range("fd20:ce::254"),     // Google Cloud over IPv6
      range("fe80::a9fe:a9fe"),  // OpenStack over IPv6
      range("192.0.0.192"),      // Oracle Cloud
      range("100.100.100.200"),  // Alibaba Cloud
      range("168.63.129.16"),    // Azure, the host of the machine
  };
  return contains_any(services, address);
}

// The IANA special-purpose registries (RFC 6890 and its updates), and what is no unicast at all.
// Of IPv6 only 2000::/3 is the public internet, so everything else is closed without being listed.
bool is_public(const IpAddress& address) {
  static const std::vector<AddressRange> closed_ipv4 = {
      range("0.0.0.0/8"),      range("10.0.0.0/8"),     range("100.64.0.0/10"),
      range("127.0.0.0/8"),    range("169.254.0.0/16"), range("172.16.0.0/12"),
      range("192.0.0.0/24"),   range("192.0.2.0/24"),   range("192.88.99.0/24"),
      range("192.168.0.0/16"), range("198.18.0.0/15"),  range("198.51.100.0/24"),
      range("203.0.113.0/24"), range("224.0.0.0/4"),    range("240.0.0.0/4"),
  };
  static const AddressRange global_unicast = range("2000::/3");
  static const std::vector<AddressRange> closed_ipv6 = {
      range("2001::/23"),      // Teredo, ORCHID, benchmarking and other protocols
      range("2001:db8::/32"),  // documentation
      range("2002::/16"),      // 6to4; judged by the address inside before this is asked
      range("3fff::/20"),      // documentation, RFC 9637
  };
  if (is_ipv4(address)) return !contains_any(closed_ipv4, address);
  return global_unicast.contains(address) && !contains_any(closed_ipv6, address);
}

// Forms that really lead to the IPv4 address inside are judged as that address. The local-use
// NAT64 prefix may translate in ways we cannot know, and the compatible form leads nowhere any
// more: both stay IPv6 addresses, which are closed.
IpAddress unwrapped(const IpAddress& address) {
  static const AddressRange nat64 = range("64:ff9b::/96");
  static const AddressRange six_to_four = range("2002::/16");
  if (nat64.contains(address) || six_to_four.contains(address)) return *embedded_ipv4(address);
  return address;
}

bool names_exactly(const AddressRange& entry, const IpAddress& address) {
  return entry.prefix_bits == 128 && entry.network == address;
}

// The first `bits` bits of `address`, the rest zero.
IpAddress masked(const IpAddress& address, int bits) {
  IpAddress out;
  for (int i = 0; i < 16; ++i) {
    const int keep = std::clamp(bits - 8 * i, 0, 8);
    const auto at = static_cast<std::size_t>(i);
    out.bytes[at] = static_cast<std::uint8_t>(address.bytes[at] & (0xff00 >> keep));
  }
  return out;
}

// Decimal, one to three digits, no leading zero.
std::optional<int> parse_prefix(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // Of the two functions of the C library this is the strict one: inet_aton(3) takes octal.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string copy(text);
  IpAddress out;
  if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
  in_addr ipv4{};
  if (inet_pton(AF_INET, copy.c_str(), &ipv4) != 1) return std::nullopt;
  std::ranges::copy(kMappedPrefix, out.bytes.begin());
  std::memcpy(out.bytes.data() + kMappedPrefix.size(), &ipv4, 4);
  return out;
}

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = "";
  if (is_ipv4(*this)) {
    inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), out, sizeof out);
  } else {
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  }
  return out;
}

std::optional<AddressRange> AddressRange::parse(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  const std::string_view host = cidr.substr(0, slash);
  const auto network = IpAddress::parse(host);
  if (!network) return std::nullopt;
  if (slash == std::string_view::npos) return AddressRange{*network, 128};

  auto bits = parse_prefix(cidr.substr(slash + 1));
  if (!bits) return std::nullopt;
  if (host.find(':') == std::string_view::npos) *bits += kMappedBits;
  // Below 96 bits, a mapped address stands for a range that is half IPv4 and half not.
  if (*bits > 128 || (is_ipv4(*network) && *bits < kMappedBits)) return std::nullopt;
  if (masked(*network, *bits) != *network) return std::nullopt;  // "10.1.2.3/8": which was meant?
  return AddressRange{*network, *bits};
}

bool AddressRange::contains(const IpAddress& address) const {
  // "::/0" is all of IPv6 and nothing of IPv4, although we keep IPv4 inside it.
  return is_ipv4(network) == is_ipv4(address) && masked(address, prefix_bits) == network;
}

std::string AddressRange::text() const {
  const bool ipv4 = is_ipv4(network);
  if (prefix_bits == 128) return network.text();
  return network.text() + '/' + std::to_string(ipv4 ? prefix_bits - kMappedBits : prefix_bits);
}

bool AddressPolicy::permits(const IpAddress& address) const {
  const IpAddress judged = unwrapped(address);
  if (is_metadata_service(judged) || is_metadata_service(embedded_ipv4(judged).value_or(judged))) {
    return std::ranges::any_of(allowed, [&](const auto& r) { return names_exactly(r, judged); });
  }
  return is_public(judged) || contains_any(allowed, judged);
}

bool AddressPolicy::permits_plain_http(const IpAddress& address) const {
  static const std::vector<AddressRange> loopback = {range("127.0.0.0/8"), range("::1")};
  return allow_plain_http && contains_any(loopback, address) && contains_any(allowed, address);
}

Result<AddressPolicy> AddressPolicy::parse(const std::vector<std::string>& ranges) {
  AddressPolicy policy;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto entry = AddressRange::parse(ranges[i]);
    if (!entry) {
      return Error{Code::kInvalidArgument,
                   "An allowed address must be an IP address, or a range such as 10.1.0.0/16 "
                   "with no bits set beyond its length."}
          .at("/allowed_addresses/" + std::to_string(i));
    }
    policy.allowed.push_back(*entry);
  }
  return policy;
}

}  // namespace strongroom::http
