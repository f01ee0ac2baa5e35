#include "api/console_files.h"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

constexpr std::array<ConsoleFile, 4> kFiles{{
    {"/assets/a-1.js", "d1", "script", "br", "gz"},
    {"/assets/f-2.woff2", "d2", "font", {}, {}},
    {"/favicon.svg", "d3", "<svg/>", {}, {}},
    {"/index.html", "d4", "<html>", "page-br", "page-gz"},
}};

std::string header(const http::Response& response, std::string_view name) {
  const std::string* found = http::find_header(response.headers, name);
  return found == nullptr ? "" : *found;
}

struct Asked {
  std::string_view method = "GET";
  std::string fields = {};  // as on the wire
};

std::optional<http::Response> ask(std::string_view path, const Asked& asked = {},
                                  std::span<const ConsoleFile> files = kFiles) {
  http::Request request;
  request.method = asked.method;
  request.path = path;
  request.target = path;
  request.fields = asked.fields;
  return ConsoleFiles(files).answer(request, Uuid{});
}

int status_of(std::string_view path) {
  const auto response = ask(path);
  return response ? response->status : 0;
}

TEST(ConsoleFiles, IsOnePageBelowItsOwnPaths) {
  for (const char* path :
       {"/start", "/sign-in", "/repository", "/repository/", "/repository/vault/oauth-clients",
        "/repository/a%20b/c.d", "/administration/audit-log", "/account/sign-in", "/repository/...",
        "/start/%2f"}) {
    const auto page = ask(path);
    ASSERT_TRUE(page) << path;
    EXPECT_EQ(page->status, 200) << path;
    EXPECT_EQ(page->standing_body, "<html>") << path;
    EXPECT_EQ(page->content_type, "text/html; charset=utf-8") << path;
  }
}

TEST(ConsoleFiles, LeadsFromTheRootToTheStartPage) {
  const auto response = ask("/");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(header(*response, "Location"), "/start");
  EXPECT_FALSE(header(*response, "Content-Security-Policy").empty());
}

TEST(ConsoleFiles, KnowsItsFilesByTheirExactPathsOnly) {
  EXPECT_EQ(ask("/assets/a-1.js")->standing_body, "script");
  EXPECT_EQ(ask("/assets/a-1.js")->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(ask("/assets/f-2.woff2")->content_type, "font/woff2");
  EXPECT_EQ(ask("/favicon.svg")->content_type, "image/svg+xml");
  for (const char* path : {"",
                           "//",
                           "/index.html",
                           "/assets",
                           "/assets/",
                           "/assets/a-1.js/",
                           "/assets//a-1.js",
                           "//assets/a-1.js",
                           "/assets/./a-1.js",
                           "/assets/../assets/a-1.js",
                           "/assets/%61-1.js",
                           "/assets/A-1.js",
                           "/assets/a-1.js%00",
                           "/assets/..%2f..%2fetc/passwd",
                           "/favicon.ico",
                           "/startle",
                           "/start.html",
                           "/repository/../api",
                           "/repository//x",
                           "/repository/./x",
                           "/repository/..",
                           "/repository/%2e%2E/api",
                           "/repository/.%2e",
                           "/repository/%2e/x",
                           "/%72epository",
                           "/Repository",
                           "/repositorY",
                           "/api/v1/session",
                           "/api",
                           "*"}) {
    EXPECT_EQ(status_of(path), 0) << path;
  }
}

TEST(ConsoleFiles, PutsItsPolicyOnEveryAnswer) {
  for (const char* path : {"/", "/start", "/assets/a-1.js", "/favicon.svg"}) {
    const auto response = ask(path);
    ASSERT_TRUE(response);
    EXPECT_EQ(header(*response, "Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
              "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    EXPECT_EQ(header(*response, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(header(*response, "Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_EQ(header(*response, "Referrer-Policy"), "no-referrer");
  }
}

TEST(ConsoleFiles, LetsOnlyNamedContentBeKeptWithoutAsking) {
  EXPECT_EQ(header(*ask("/assets/a-1.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(*ask("/start"), "Cache-Control"), "no-cache");
  EXPECT_EQ(header(*ask("/favicon.svg"), "Cache-Control"), "no-cache");
}

TEST(ConsoleFiles, SendsTheFormThatTheClientLikesAndSaysSo) {
  const auto brotli = ask("/start", {.fields = "Accept-Encoding: gzip, br\r\n"});
  EXPECT_EQ(brotli->standing_body, "page-br");
  EXPECT_EQ(header(*brotli, "Content-Encoding"), "br");
  EXPECT_EQ(header(*brotli, "ETag"), "\"d4-br\"");
  const auto gzip = ask("/start", {.fields = "accept-encoding: gzip\r\n"});
  EXPECT_EQ(gzip->standing_body, "page-gz");
  EXPECT_EQ(header(*gzip, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(*gzip, "ETag"), "\"d4-gzip\"");
  const auto plain = ask("/start");
  EXPECT_EQ(header(*plain, "Content-Encoding"), "");
  EXPECT_EQ(header(*plain, "ETag"), "\"d4\"");
  const auto font = ask("/assets/f-2.woff2", {.fields = "Accept-Encoding: br\r\n"});
  EXPECT_EQ(font->standing_body, "font");
  EXPECT_EQ(header(*font, "Content-Encoding"), "");
  for (const auto& response : {brotli, gzip, plain, font}) {
    EXPECT_EQ(header(*response, "Vary"), "Accept-Encoding");
  }
}

TEST(ConsoleFiles, SaysThatAClientHasWhatItHas) {
  const auto same =
      ask("/start", {.fields = "Accept-Encoding: br\r\nIf-None-Match: \"x\", W/\"d4-br\"\r\n"});
  EXPECT_EQ(same->status, 304);
  EXPECT_EQ(header(*same, "ETag"), "\"d4-br\"");
  EXPECT_EQ(header(*same, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(*same, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(*same, "Content-Encoding"), "");
  EXPECT_EQ(ask("/start", {.fields = "If-None-Match: \"d4-br\"\r\n"})->status, 200);
}

TEST(ConsoleFiles, TakesGetAndHeadOnly) {
  EXPECT_EQ(ask("/start", {.method = "HEAD"})->standing_body, "<html>");  // http leaves it out
  for (const char* path : {"/", "/start", "/assets/a-1.js"}) {
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
      const auto response = ask(path, {.method = method});
      EXPECT_EQ(response->status, 405) << method << path;
      EXPECT_EQ(header(*response, "Allow"), "GET, HEAD");
      EXPECT_EQ(response->content_type, "application/problem+json");
    }
  }
  EXPECT_FALSE(ask("/assets/b.js", {.method = "POST"}));
}

TEST(ConsoleFiles, SaysHowToBuildThemWhereThereAreNone) {
  const auto response = ask("/repository", {}, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->content_type, "text/plain; charset=utf-8");
  EXPECT_NE(response->standing_body.find("./dev build"), std::string_view::npos);
  EXPECT_FALSE(header(*response, "Content-Security-Policy").empty());
  EXPECT_FALSE(ask("/assets/a-1.js", {}, {}));
}

// Whatever console this was built with: what the look-up and the page rely on.
TEST(EmbeddedConsole, IsOrderedAndWhole) {
  const auto files = embedded_console();
  EXPECT_TRUE(std::ranges::is_sorted(files, {}, &ConsoleFile::path));
  for (const ConsoleFile& file : files) {
    EXPECT_FALSE(file.path.starts_with("/api")) << file.path;
    EXPECT_EQ(file.digest.size(), 32u) << file.path;
    EXPECT_FALSE(file.identity.empty()) << file.path;
    EXPECT_TRUE(file.gzip.empty() || file.gzip.starts_with("\x1f\x8b")) << file.path;
    EXPECT_LT(file.brotli.size(), file.identity.size()) << file.path;
    if (file.path == "/index.html") {
      EXPECT_TRUE(file.identity.starts_with("<!")) << file.identity.substr(0, 20);
    }
  }
}

}  // namespace
}  // namespace strongroom::api
