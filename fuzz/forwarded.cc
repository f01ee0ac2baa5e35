// TrustedProxies::client_of: whatever somebody wrote into these fields, what the proxy appended
// counts, or nothing does.
//
// An input is the fields of a request, or what somebody wrote into one of them.
#include "http/forwarded.h"

#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr const char* kProxy = "10.0.0.1";
constexpr const char* kClient = "203.0.113.9";

const http::TrustedProxies& proxies() {
  static const http::TrustedProxies made = *http::TrustedProxies::parse({"10.0.0.0/8"});
  return made;
}

std::string client_of(const std::string& fields) { return proxies().client_of(kProxy, fields); }

void check_appended(const std::string& claim) {
  const std::string plain = "X-Forwarded-For: " + claim + ", " + kClient + "\r\n";
  require(client_of(plain) == kClient, "what the proxy appends to a list counts");
  require(client_of("X-Forwarded-For: " + claim + "\r\nX-Forwarded-For: " + kClient + "\r\n") ==
              kClient,
          "and so it does in a field of its own");
  const std::string forwarded = "Forwarded: " + claim;
  for (const std::string& node : {std::string(kClient), '"' + std::string(kClient) + ":4711\""}) {
    std::string field = forwarded;
    field.append(", for=").append(node).append(";proto=https;by=\"[::1]\"\r\n");
    const std::string found = client_of(field);
    require(found == kClient || found == kProxy, "Forwarded says what the proxy says, or nothing");
  }
  const std::string mixed = client_of(forwarded + "\r\n" + plain);
  require(mixed == kClient || mixed == kProxy, "a second field can at most spoil the first");
}

}  // namespace

void one_input(std::string_view input) {
  const std::string text(input);
  const std::string found = client_of(text);
  require(http::IpAddress::parse(found).has_value(), "who asks is an address");
  require(http::IpAddress::parse(found)->text() == found, "and always written in the same way");
  if (text.find_first_of("\r\n") == std::string::npos) check_appended(text);
}

}  // namespace strongroom::fuzz
