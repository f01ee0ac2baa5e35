#pragma once
// What the configuration says of the way to other servers.

#include <string>

#include "app/config.h"
#include "base/result.h"
#include "http/network.h"

namespace strongroom::app {

// The part that needs no file: addresses and limits make sense. Errors: kInvalidArgument; the
// detail names the setting and where its value came from.
Status check_network(const Config& config);

// All of it. The proxy's credentials are one line, "user:password", in the file that
// http.proxy_credentials_file names, which nobody but its owner may read or write, or in the
// systemd credential "proxy-credentials".
//
// Errors: as check_network(); kInvalidArgument, kNotFound and kUnavailable of the files, which the
// detail names.
Result<http::Network> read_network(const Config& config, const std::string& credentials_directory);

}  // namespace strongroom::app
