#pragma once
// The web console over HTTP: its one page, and the files that this page loads.
//
// What can be answered is fixed when the program is built: a path is looked up among the names of
// the embedded files, byte by byte, and nothing is decoded, joined or opened.

#include <optional>
#include <span>
#include <string_view>

#include "api/embedded_console.h"
#include "base/uuid.h"
#include "http/server.h"

namespace strongroom::api {

// Safe to use from any thread; never blocks.
class ConsoleFiles {
 public:
  // `files` are ordered by path and stay where they are.
  explicit ConsoleFiles(std::span<const ConsoleFile> files = embedded_console());

  // The answer to `request` where its path is the console's: the page below /start, /sign-in,
  // /repository, /administration and /account, a file at its own path, or a redirect from "/".
  // Other methods than GET and HEAD: 405. nullopt: the path is not the console's.
  std::optional<http::Response> answer(const http::Request& request, const Uuid& request_id) const;

 private:
  const ConsoleFile* find(std::string_view path) const;
  http::Response get(const http::Request& request, const ConsoleFile* file) const;

  std::span<const ConsoleFile> files_;
  const ConsoleFile* page_;  // nullptr: the console was not built
};

}  // namespace strongroom::api
