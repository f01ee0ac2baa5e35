#pragma once
// How settings name a place that Strongroom sends to: a host with a port, and the CAs to trust.

#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"
#include "base/result.h"

namespace strongroom::app {

// kInvalidArgument whose detail names the setting and where its value came from.
Error in_setting(const Config& config, std::string_view key, LiteralText message);
// `error` with that before its own detail.
Error in_setting(const Config& config, std::string_view key, Error error);

struct HostAndPort {
  std::string host;  // without the brackets of an IPv6 address
  int port = 0;
};

// "logs.example.org:6514", "[2001:db8::1]:6514", or without a port: then it is `standard`. nullopt:
// it is none of them.
std::optional<HostAndPort> host_and_port(std::string_view text, int standard);

// The PEM file that the setting `key` names; empty where it names none. Errors: kInvalidArgument,
// it cannot be read, or has no certificate.
Result<std::string> read_trusted_ca(const Config& config, std::string_view key);

}  // namespace strongroom::app
