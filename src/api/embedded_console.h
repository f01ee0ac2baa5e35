#pragma once
// The web console's files, as they were when this program was built.

#include <span>
#include <string_view>

namespace strongroom::api {

// One file; every view is valid for ever.
struct ConsoleFile {
  std::string_view path;      // "/index.html", "/assets/index-B7xq.js"
  std::string_view digest;    // of what is in it, as letters and digits
  std::string_view identity;  // the file itself
  std::string_view brotli;    // the same compressed; empty where that is not smaller
  std::string_view gzip;
};

// All of them, ordered by path. Empty: the console had not been built (./dev build builds it).
std::span<const ConsoleFile> embedded_console();

}  // namespace strongroom::api
