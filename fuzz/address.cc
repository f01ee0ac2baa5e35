// IpAddress, AddressRange and AddressPolicy.
//
// An input is 16 bytes of an address, then lines: the first is read as an address too, all of them
// as ranges that a policy allows.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "http/address_policy.h"

namespace strongroom::fuzz {
namespace {

using http::AddressPolicy;
using http::AddressRange;
using http::IpAddress;

std::uint32_t number_at(const IpAddress& address, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | address.bytes.at(offset + i);
  return number;
}

// Addresses that no policy may open by default, told from their bits without the tables of the
// policy.
bool is_inner_ipv4(std::uint32_t ip) {
  return ip >> 24 == 0 || ip >> 24 == 10 || ip >> 24 == 127 || ip >> 16 == 0xa9fe ||
         ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8 || (ip >> 22) == (0x64400000U >> 22) ||
         ip >> 28 >= 0xe;
}

bool is_inner(const IpAddress& address) {
  const auto word = [&](std::size_t index) { return number_at(address, 4 * index); };
  const bool mapped = word(0) == 0 && word(1) == 0 && word(2) == 0xffff;
  const bool nat64 = word(0) == 0x0064ff9b && word(1) == 0 && word(2) == 0;
  if (mapped || nat64) return is_inner_ipv4(word(3));
  if (word(0) >> 16 == 0x2002) return is_inner_ipv4(number_at(address, 2));
  return word(0) >> 29 !=
         1;  // outside 2000::/3: loopback, link-local, unique-local, multicast, ...
}

bool is_cloud_metadata(const IpAddress& address) {
  return address == IpAddress::parse("169.254.169.254") ||
         address == IpAddress::parse("fd00:ec2::254");
}

void check_address(const IpAddress& address) {
  const std::string text = address.text();
  require(IpAddress::parse(text) == address, "an address reads back as itself");
  const AddressPolicy closed;
  require(!closed.permits_plain_http(address), "plain http must be asked for");
  if (is_inner(address)) require(!closed.permits(address), "the inside is closed by default");
  const AddressRange only{address, 128};
  require(only.contains(address), "a range of one address contains it");
  require(AddressRange::parse(only.text()).has_value(), "a range of one address reads back");
}

void check_range(const AddressRange& range, const IpAddress& address) {
  require(range.contains(range.network), "a range contains its first address");
  const auto again = AddressRange::parse(range.text());
  require(again.has_value() && again->network == range.network &&
              again->prefix_bits == range.prefix_bits,
          "a range reads back as itself");
  const bool ipv4 = address.text().find(':') == std::string::npos;
  const bool range_of_ipv4 = range.network.text().find(':') == std::string::npos;
  if (ipv4 != range_of_ipv4) require(!range.contains(address), "the two families stay apart");
}

void check_policy(const std::vector<std::string>& lines, const IpAddress& address) {
  auto policy = AddressPolicy::parse(lines);
  const bool all_good = std::ranges::all_of(
      lines, [](const std::string& line) { return AddressRange::parse(line).has_value(); });
  require(policy.has_value() == all_good, "a policy is as good as its ranges");
  if (!policy) {
    require(policy.error().find("field") != nullptr, "a bad range has a place");
    return;
  }
  if (AddressPolicy().permits(address)) require(policy->permits(address), "a range only opens");
  require(!policy->permits_plain_http(address), "plain http must be asked for");
  const bool named = std::ranges::any_of(policy->allowed, [&](const AddressRange& range) {
    return range.prefix_bits == 128 && range.network == address;
  });
  if (is_cloud_metadata(address)) {
    require(policy->permits(address) == named, "a metadata service is named or closed");
  }
  policy->allow_plain_http = true;
  if (policy->permits_plain_http(address)) {
    const std::string text = address.text();
    require(text.starts_with("127.") || text == "::1", "plain http is for loopback");
    require(policy->permits(address), "plain http is for addresses that are open");
  }
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  IpAddress address;
  std::ranges::copy(rest.take(address.bytes.size()), address.bytes.begin());
  check_address(address);

  std::vector<std::string> lines;
  while (!rest.empty()) lines.emplace_back(rest.line());
  for (const std::string& line : lines) {
    if (const auto parsed = IpAddress::parse(line)) {
      check_address(*parsed);
      check_policy(lines, *parsed);
      require(AddressRange::parse(line).has_value(), "an address is a range of one");
    }
    if (const auto range = AddressRange::parse(line)) check_range(*range, address);
  }
  check_policy(lines, address);
}

}  // namespace strongroom::fuzz
