#include "http/response_text.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

constexpr std::string_view kDate = "Tue, 24 Nov 2026 03:08:20 GMT";

TEST(AppendResponse, WritesStatusFieldsAndBody) {
  std::string out = "before";
  ASSERT_TRUE(append_response({.status = 201, .headers = {{"ETag", "\"1\""}}, .body = "{}"},
                              {.date = kDate}, out));
  EXPECT_EQ(out,
            "beforeHTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            "Date: Tue, 24 Nov 2026 03:08:20 GMT\r\nX-Content-Type-Options: nosniff\r\n"
            "ETag: \"1\"\r\n\r\n{}");
}

TEST(AppendResponse, TellsBrowsersAloneToComeByHttps) {
  const auto says = [](const Response& response, bool strict) {
    std::string out;
    EXPECT_TRUE(append_response(response, {.strict_transport = strict, .date = kDate}, out));
    return out.find("\r\nStrict-Transport-Security: max-age=31536000\r\n") != std::string::npos;
  };
  const auto of = [](int status, const std::string& type) {
    return Response{.status = status, .content_type = type, .headers = {}, .body = "x"};
  };
  EXPECT_TRUE(says(of(200, "text/html; charset=utf-8"), true));
  EXPECT_TRUE(says(of(302, ""), true));
  EXPECT_FALSE(says(of(200, "application/json"), true));
  EXPECT_FALSE(says(of(200, "text/html; charset=utf-8"), false));
}

TEST(AppendResponse, LeavesOutTheBodyWhereThereCanBeNone) {
  for (const int status : {204, 304}) {
    std::string out;
    ASSERT_TRUE(
        append_response({.status = status, .headers = {}, .body = "x"}, {.date = kDate}, out));
    EXPECT_TRUE(out.ends_with("nosniff\r\n\r\n"));
    EXPECT_EQ(out.find("Content-"), out.find("Content-Type-Options"));
  }
}

TEST(AppendResponse, SendsAStandingBodyWhereThereIsNoOther) {
  std::string out;
  ASSERT_TRUE(append_response({.headers = {}, .body = "", .standing_body = "stands"},
                              {.date = kDate}, out));
  EXPECT_NE(out.find("Content-Length: 6\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\nstands"));
  out.clear();
  ASSERT_TRUE(append_response({.headers = {}, .body = "", .standing_body = "stands"},
                              {.head_request = true, .date = kDate}, out));
  EXPECT_NE(out.find("Content-Length: 6\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

TEST(AppendResponse, GivesAStatusWithoutAKnownPhraseAnEmptyOne) {
  std::string out;
  ASSERT_TRUE(append_response({.status = 299, .headers = {}, .body = ""}, {.date = kDate}, out));
  EXPECT_TRUE(out.starts_with("HTTP/1.1 299 \r\n"));
}

TEST(AppendResponse, RefusesHeadersThatCouldStartOthers) {
  for (const Header& bad :
       {Header{"A", "b\r\nC: d"}, Header{"A", "b\nC: d"}, Header{"A", "b\rC: d"},
        Header{"A\r\nC", "d"}, Header{"A: b", "c"}, Header{"", "a"}, Header{"A b", "c"},
        Header{"A", std::string("b\0c", 3)}, Header{"A", "\x7f"}}) {
    std::string out = "before";
    EXPECT_FALSE(append_response({.headers = {bad}, .body = ""}, {.date = kDate}, out));
    EXPECT_EQ(out, "before");
  }
}

TEST(ProblemFor, IsADocumentOfRfc9457ForEveryRefusal) {
  for (const int status : {400, 408, 413, 414, 417, 431, 500}) {
    const Response response = problem_for(status);
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const boost::json::value document = boost::json::parse(response.body);
    EXPECT_EQ(document.at("status").as_int64(), status);
    EXPECT_TRUE(document.at("type").as_string().starts_with("/problems/"));
    EXPECT_FALSE(document.at("title").as_string().empty());
    EXPECT_FALSE(document.at("detail").as_string().empty());
    EXPECT_EQ(document.at("code").as_string(), status == 500 ? "internal" : "invalid_argument");
    const std::string* cached = find_header(response.headers, "Cache-Control");
    ASSERT_NE(cached, nullptr);
    EXPECT_EQ(*cached, "no-store");
  }
}

TEST(ProblemFor, IsAnInternalErrorForWhateverElse) {
  const Response response = problem_for(418);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(boost::json::parse(response.body).at("type").as_string(), "/problems/internal");
}

TEST(DateText, HasTheFormOfRfc9110) {
  DateText date;
  const std::string text(date.now());
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  ASSERT_NE(end, nullptr) << text;
  EXPECT_EQ(*end, '\0');
  EXPECT_NEAR(static_cast<double>(timegm(&parts)), static_cast<double>(std::time(nullptr)), 2.0);
}

}  // namespace
}  // namespace strongroom::http
