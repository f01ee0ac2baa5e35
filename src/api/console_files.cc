#include "api/console_files.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "api/content_coding.h"
#include "api/error_response.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPage = "/index.html";
constexpr std::string_view kHome = "/start";
constexpr std::string_view kNotBuilt =
    "This Strongroom was built without its web console. ./dev build builds both.\n"
    "The REST API and the command line work as ever; /api/v1/openapi.yaml describes the API.\n";

// Where the console has pages; what is below these paths is its own business.
constexpr std::array<std::string_view, 5> kPages{"/start", "/sign-in", "/repository",
                                                 "/administration", "/account"};

// No inline script or style, nothing from elsewhere, no way from text to script (Trusted Types).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

struct MediaType {
  std::string_view ending;
  std::string_view name;
};
constexpr std::array<MediaType, 13> kMediaTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
}};

std::string_view media_type_of(std::string_view path) {
  for (const MediaType& type : kMediaTypes) {
    if (path.ends_with(type.ending)) return type.name;
  }
  return "application/octet-stream";
}

// "." and "..", also as browsers read them when a dot is encoded (WHATWG URL, "double-dot").
bool is_dot_segment(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    const bool encoded = segment.starts_with("%2e") || segment.starts_with("%2E");
    if (!encoded && segment.front() != '.') return false;
    segment.remove_prefix(encoded ? 3 : 1);
    ++dots;
  }
  return dots == 1 || dots == 2;
}

// Whether every reader takes `path` for the same path: no "//", no dot segments.
bool is_plain(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if ((segment.empty() && !path.empty()) || is_dot_segment(segment)) return false;
  }
  return true;
}

bool is_page(std::string_view path) {
  return std::ranges::any_of(kPages, [&](std::string_view page) {
    if (!path.starts_with(page)) return false;
    const std::string_view below = path.substr(page.size());
    return below.empty() || (below.front() == '/' && is_plain(below));
  });
}

http::Response with_headers(http::Response response) {
  response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
  response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  response.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  response.headers.push_back({"Referrer-Policy", "no-referrer"});
  return response;  // http::Server adds X-Content-Type-Options to every answer
}

http::Response redirect_home() {
  return with_headers({.status = 302,
                       .content_type = {},
                       .headers = {{"Location", std::string(kHome)}},
                       .body = {}});
}

http::Response not_built() {
  return with_headers({.status = 503,
                       .content_type = "text/plain; charset=utf-8",
                       .headers = {},
                       .body = {},
                       .standing_body = kNotBuilt});
}

http::Response refuse_method(const Uuid& request_id) {
  http::Response response = error_response(method_not_allowed(), request_id);
  response.headers.push_back({"Allow", "GET, HEAD"});
  return response;
}

// The file in one of its forms, and what that form is called in headers and in entity tags.
struct Form {
  std::string_view bytes;
  std::string_view coding;  // empty: as it is
};

Form form_of(const ConsoleFile& file, std::string_view accept_encoding) {
  switch (choose_coding(accept_encoding, !file.brotli.empty(), !file.gzip.empty())) {
    case ContentCoding::kBrotli:
      return {file.brotli, "br"};
    case ContentCoding::kGzip:
      return {file.gzip, "gzip"};
    case ContentCoding::kIdentity:
      break;
  }
  return {file.identity, {}};
}

// RFC 9110 section 8.8.3.3: each coding of a file has a tag of its own.
std::string tag_of(const ConsoleFile& file, const Form& form) {
  std::string tag = "\"";
  tag.append(file.digest);
  if (!form.coding.empty()) tag.append("-").append(form.coding);
  return tag.append("\"");
}

}  // namespace

ConsoleFiles::ConsoleFiles(std::span<const ConsoleFile> files)
    : files_(files), page_(find(kPage)) {}

const ConsoleFile* ConsoleFiles::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files_, path, {}, &ConsoleFile::path);
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

std::optional<http::Response> ConsoleFiles::answer(const http::Request& request,
                                                   const Uuid& request_id) const {
  const bool leads_home = request.path == "/";
  const bool to_page = leads_home || is_page(request.path);
  const ConsoleFile* file = to_page ? page_ : find(request.path);
  if (!to_page && (file == nullptr || file == page_)) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") return refuse_method(request_id);
  if (leads_home) return redirect_home();
  return get(request, file);
}

http::Response ConsoleFiles::get(const http::Request& request, const ConsoleFile* file) const {
  if (file == nullptr) return not_built();
  const Form form = form_of(*file, request.header("Accept-Encoding"));
  std::string tag = tag_of(*file, form);
  const bool has_it = names_tag(request.header("If-None-Match"), tag);
  // The names of assets change with what is in them; everything else is asked for again.
  const bool immutable = file->path.starts_with("/assets/");
  http::Response response = with_headers({.status = has_it ? 304 : 200,
                                          .content_type = media_type_of(file->path),
                                          .headers = {},
                                          .body = {},
                                          .standing_body = form.bytes});
  response.headers.push_back(
      {"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"});
  response.headers.push_back({"ETag", std::move(tag)});
  response.headers.push_back({"Vary", "Accept-Encoding"});
  if (!form.coding.empty() && !has_it) {
    response.headers.push_back({"Content-Encoding", std::string(form.coding)});
  }
  return response;
}

}  // namespace strongroom::api
