#include "api/authorization_header_route.h"

#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

http::Request with_body(std::string_view body) {
  http::Request request;
  request.content_type = "application/json";
  request.body = body;
  return request;
}

// Where it is wrong; empty: it is right.
std::string wrong_at(std::string_view body) {
  const http::Request request = with_body(body);
  const auto read = read_authorization_header_question(request);
  if (read) return {};
  const ErrorValue* const field = read.error().find("field");
  return field == nullptr ? "?" : std::get<FieldPointer>(*field).text;
}

TEST(AuthorizationHeaderQuestions, SayAllOfTheRequest) {
  const http::Request request = with_body(
      R"({"method":"POST","url":"https://API.example.com:8443/a%20b?c=d","min_ttl":60,"run":90,)"
      R"("deadline":"2026-11-27T06:00:00Z","resource":"https://api.example.com",)"
      R"("form_parameters":[{"name":"a","value":"1"},{"name":"a","value":""}]})");
  const auto read = read_authorization_header_question(request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->request->method, "POST");
  EXPECT_EQ(read->request->url, "https://API.example.com:8443/a%20b?c=d");
  EXPECT_EQ(read->request->host, "api.example.com");
  ASSERT_EQ(read->request->form.size(), 2U);
  EXPECT_EQ(read->request->form[1].name, "a");
  EXPECT_EQ(read->wanted.min_ttl, Seconds(60));
  EXPECT_EQ(read->wanted.run, Seconds(90));
  EXPECT_EQ(read->wanted.deadline, parse_rfc3339("2026-11-27T06:00:00Z"));
  EXPECT_EQ(read->wanted.resource, "https://api.example.com");
}

TEST(AuthorizationHeaderQuestions, NameAnAddressThatATokenMayBeShownTo) {
  // A-030
  for (const char* const bad :
       {"", "api.example.com", "http://api.example.com/", "http://127.0.0.1/",
        "https://user:password@api.example.com/", "https://api.example.com/#part",
        "ftp://api.example.com/", "https://api.example.com/a b", "https:///path"}) {
    EXPECT_EQ(wrong_at(R"({"method":"GET","url":")" + std::string(bad) + "\"}"), "/url") << bad;
  }
  EXPECT_EQ(wrong_at(R"({"method":"GET"})"), "/url");
  EXPECT_EQ(wrong_at(R"({"method":"GET","url":7})"), "/url");
}

TEST(AuthorizationHeaderQuestions, NameAMethodOfHttp) {
  for (const char* const bad :
       {"", "GET ", "GE\\nT", "GET:", "\\u00c9", "METHODS-ARE-NEVER-AS-LONG-AS-THAT"}) {
    EXPECT_EQ(wrong_at(R"({"url":"https://a.example/","method":")" + std::string(bad) + "\"}"),
              "/method")
        << bad;
  }
  EXPECT_EQ(wrong_at(R"({"url":"https://a.example/"})"), "/method");
  EXPECT_EQ(wrong_at(R"({"url":"https://a.example/","method":"PROPFIND"})"), "");
}

TEST(AuthorizationHeaderQuestions, AreReadStrictly) {
  const auto with = [](std::string_view member) {
    return wrong_at(R"({"method":"GET","url":"https://a.example/",)" + std::string(member) + "}");
  };
  EXPECT_EQ(with(R"("min_ttl":-1)"), "/min_ttl");
  EXPECT_EQ(with(R"("min_ttl":2147483648)"), "/min_ttl");
  EXPECT_EQ(with(R"("run":"60")"), "/run");
  EXPECT_EQ(with(R"("deadline":"soon")"), "/deadline");
  EXPECT_EQ(with(R"("resource":"")"), "/resource");
  EXPECT_EQ(with(R"("form_parameters":{"a":"b"})"), "/form_parameters");
  EXPECT_EQ(with(R"("form_parameters":[{"name":"a"}])"), "/form_parameters/0/value");
  EXPECT_EQ(with(R"("access_token":"a")"), "/access_token");
  http::Request request = with_body(R"({"method":"GET","url":"https://a.example/"})");
  request.query = "min_ttl=60";
  EXPECT_FALSE(read_authorization_header_question(request).has_value());
}

}  // namespace
}  // namespace strongroom::api
