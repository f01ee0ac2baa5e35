#pragma once
// The command line.

#include <string>
#include <vector>

#include "badprovider/switches.h"
#include "base/result.h"

namespace strongroom::badprovider {

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string control = "127.0.0.1:0";  // loopback alone
  std::string certificate;
  std::string private_key;
  std::string truth;   // a file; empty: in memory alone
  std::string origin;  // that metadata names; empty: https://127.0.0.1 and the port
  Switches switches = {};
  bool wants_help = false;
};

// Errors: kInvalidArgument; the detail is the option.
Result<Options> read_options(const std::vector<std::string>& words);

std::string help();

}  // namespace strongroom::badprovider
