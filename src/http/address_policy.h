#pragma once
// Which network addresses Strongroom may talk to on a target system's behalf (A-104, E14).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::http {

// An IPv4 or IPv6 address. IPv4-mapped, NAT64 and 6to4 forms are unwrapped before they are judged.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address is kept as ::ffff:a.b.c.d

  // Strict: no octal, no shorthand, no zone, no spaces; nullopt for anything else.
  static std::optional<IpAddress> parse(std::string_view text);
  std::string text() const;  // "192.0.2.1", "2001:db8::1" (RFC 5952)
  bool operator==(const IpAddress&) const = default;
};

// Addresses that begin with the same bits. One of IPv4 never contains an IPv6 address, nor the
// other way round: "::/0" is all of IPv6 and nothing of IPv4.
struct AddressRange {
  IpAddress network;
  int prefix_bits = 128;  // of the 16 bytes: "10.0.0.0/8" has 104

  // "10.0.0.0/8", "::1"; nullopt for anything else, bits set beyond the length included.
  static std::optional<AddressRange> parse(std::string_view cidr);
  bool contains(const IpAddress& address) const;
  std::string text() const;  // as parse() takes it
};

// By default only addresses of the public internet, and only https. `allowed` opens ranges that are
// closed by default (loopback, link-local, private, unique-local, carrier-grade NAT, multicast,
// metadata services, documentation, unspecified). Metadata addresses stay closed unless a range
// that names exactly that address is given.
struct AddressPolicy {
  std::vector<AddressRange> allowed;
  bool allow_plain_http = false;  // only to addresses in `allowed`, and only loopback

  // Whether `address` may be connected to.
  bool permits(const IpAddress& address) const;

  // Whether plain http may be spoken to `address`: the box is ticked, it is loopback and in
  // `allowed`.
  bool permits_plain_http(const IpAddress& address) const;

  // From the form a target system keeps: ["10.1.0.0/16", "127.0.0.1"]; kInvalidArgument with the
  // index of the bad entry in "field": "/allowed_addresses/1".
  static Result<AddressPolicy> parse(const std::vector<std::string>& ranges);
};

}  // namespace strongroom::http
