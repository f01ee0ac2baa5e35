#pragma once
// Under which names and addresses this machine's server can be reached.

#include <string>
#include <vector>

#include "app/config.h"

namespace strongroom::app {

// What the machine says of itself. Addresses without those of loopback and without link-local ones
// of IPv6, which are of no use without an interface; those of IPv4 first.
struct Machine {
  std::string host_name;               // empty where it has none that can stand in a certificate
  std::vector<std::string> addresses;  // "192.0.2.7", "2001:db8::7"
};
Machine this_machine();

// The names that the local CA's certificate is made for: those of this machine itself, the address
// that is listened on, the host of server.public_url and, where the server listens on all
// addresses, those of `machine` and its host name. Each once.
std::vector<std::string> certificate_names(const Config& config, const Machine& machine);

// server.public_url without slashes at its end, since paths are appended; empty: none is set.
std::string public_url(const Config& config);

// The hosts under which "0.0.0.0:8443" or "127.0.0.1:0" can be reached, ready for a URL, the most
// useful first: other machines' ways before loopback.
std::vector<std::string> reachable_hosts(const std::string& listen, const Machine& machine);

// Where it can be reached, once it runs.
struct ServerAddresses {
  std::string address;     // on this machine: "https://127.0.0.1:8443"
  std::string management;  // likewise: "http://127.0.0.1:9090"
  // For browsers and robots, the most useful first: server.public_url, or one URL for each address
  // that is listened on, loopback last.
  std::vector<std::string> reachable;
};
// Of a server that listens on these ports.
ServerAddresses server_addresses(const Config& config, int port, int management_port);

}  // namespace strongroom::app
