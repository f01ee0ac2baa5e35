#include "badprovider/options.h"

#include <algorithm>
#include <array>
#include <utility>

namespace strongroom::badprovider {
namespace {

using Member = std::string Options::*;

constexpr std::array<std::pair<std::string_view, Member>, 6> kTexts{{
    {"listen", &Options::listen},
    {"control", &Options::control},
    {"certificate", &Options::certificate},
    {"key", &Options::private_key},
    {"truth", &Options::truth},
    {"origin", &Options::origin},
}};

constexpr std::string_view kHelp =
    R"(strongroom-badprovider: an authorization server that misbehaves as it is told, and keeps the truth

  strongroom-badprovider --certificate FILE --key FILE [OPTION VALUE]... [--SWITCH VALUE]...

  --listen HOST:PORT    where it serves HTTPS (default 127.0.0.1:0, a free port)
  --control HOST:PORT   where it is told what to do, plain HTTP, loopback alone (default 127.0.0.1:0)
  --certificate FILE    PEM, with its chain
  --key FILE            PEM
  --truth FILE          appends every token that is issued, used, refused or revoked, one JSON object
                        a line, durable before anybody is answered
  --origin URL          what it calls itself (default https://127.0.0.1:PORT)

Prints one line of JSON when it is ready: {"ready":true,"origin":...,"control":...}. Runs until SIGTERM.
Any client with any secret is served: never show it to a network.

Control: GET and PATCH /switches, POST /mint {"client","scope","count"}, POST /revoke {"family"},
GET /families, GET /truth.

Switches, with their defaults; "on" and "off" for true and false:
)";

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]:") ||
         address.starts_with("localhost:");
}

}  // namespace

Result<Options> read_options(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") options.wants_help = true;
    if (options.wants_help) return options;
    if (!word.starts_with("--") || i + 1 == words.size()) {
      return Error{Code::kInvalidArgument, "An option needs a name and a value.", words[i]};
    }
    const std::string_view name = word.substr(2);
    const std::string& value = words[++i];
    const auto* const text = std::ranges::find(kTexts, name, &decltype(kTexts)::value_type::first);
    if (text != kTexts.end()) {
      options.*text->second = value;
    } else {
      STRONGROOM_CHECK(change(options.switches, name, value));
    }
  }
  if (options.certificate.empty() || options.private_key.empty()) {
    return Error{Code::kInvalidArgument, "--certificate and --key are needed."};
  }
  if (!is_loopback(options.control)) {
    return Error{Code::kInvalidArgument, "--control is for this machine alone.", options.control};
  }
  return options;
}

std::string help() { return std::string(kHelp) + switch_help(); }

}  // namespace strongroom::badprovider
