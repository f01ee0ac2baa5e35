// What the console answers: only what was embedded, whatever is asked.
//
// The first line of an input is a path, the second Accept-Encoding, the third If-None-Match.
#include <algorithm>
#include <array>
#include <string>

#include "api/console_files.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::array<api::ConsoleFile, 3> kFiles{{
    {"/assets/a.js", "d1", "script", "script-br", "script-gz"},
    {"/favicon.svg", "d2", "icon", {}, {}},
    {"/index.html", "d3", "page", "page-br", "page-gz"},
}};

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string field(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string header(const http::Response& response, std::string_view name) {
  const std::string* found = http::find_header(response.headers, name);
  return found == nullptr ? "" : *found;
}

void check_file(const api::ConsoleFile& file, const http::Response& response) {
  const std::string coding = header(response, "Content-Encoding");
  const std::string tag = header(response, "ETag");
  require(tag.starts_with('"' + std::string(file.digest)), "the tag is the file's");
  if (response.status == 304) return;
  require(response.status == 200, "a file is there, or the client has it");
  require(response.standing_body == (coding == "br"     ? file.brotli
                                     : coding == "gzip" ? file.gzip
                                                        : file.identity),
          "the coding is that of the bytes");
  require(!response.standing_body.empty(), "a form that does not exist is not chosen");
}

}  // namespace

void one_input(std::string_view input) {
  http::Request request;
  request.method = "GET";
  request.path = take_line(input);
  const std::string fields =
      field("Accept-Encoding", take_line(input)) + field("If-None-Match", take_line(input));
  request.fields = fields;
  const auto response = api::ConsoleFiles(kFiles).answer(request, Uuid{});
  if (!response) return;
  require(!header(*response, "Content-Security-Policy").empty(), "every answer has the policy");
  if (request.path == "/") {
    require(response->status == 302, "the root leads to the clients");
  } else if (request.path == kFiles[0].path || request.path == kFiles[1].path) {
    check_file(request.path == kFiles[0].path ? kFiles[0] : kFiles[1], *response);
  } else {
    require(request.path.find("/../") == std::string_view::npos &&
                request.path.find("//") == std::string_view::npos,
            "a path that readers understand in two ways is no page's");
    check_file(kFiles[2], *response);
  }
}

}  // namespace strongroom::fuzz
