#include "api/session_cookie.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

const std::string cookie_name(kSessionCookie);

TEST(SessionCookie, IsFoundAmongOthers) {
  EXPECT_EQ(session_cookie(cookie_name + "=abc"), "abc");
  EXPECT_EQ(session_cookie("a=b; " + cookie_name + "=abc; c=d"), "abc");
  EXPECT_EQ(session_cookie("a=b;" + cookie_name + "=abc"), "abc");
  EXPECT_EQ(session_cookie("a; =; ;; " + cookie_name + "=a=b ;"), "a=b");
}

TEST(SessionCookie, IsNobodysUnderAnotherName) {
  for (const std::string& none :
       {std::string(), cookie_name, cookie_name + "=", "x" + cookie_name + "=abc",
        cookie_name + "x=abc", cookie_name + " =abc", std::string("strongroom_session=abc"),
        std::string("__host-strongroom_session=abc"), "a=" + cookie_name + "=abc",
        "a=\"; " + cookie_name + "\"=abc"}) {
    EXPECT_EQ(session_cookie(none), "") << none;
  }
}

TEST(SessionCookie, CountsForNothingWhereItComesTwice) {
  EXPECT_EQ(session_cookie(cookie_name + "=abc; " + cookie_name + "=def"), "");
  EXPECT_EQ(session_cookie(cookie_name + "=abc; " + cookie_name + "=abc"), "");
  EXPECT_EQ(session_cookie(cookie_name + "=; " + cookie_name + "=abc"), "");
}

TEST(SessionCookie, GivesWayToAnAuthorization) {
  const std::string fields = "Cookie: " + cookie_name + "=abc\r\n";
  http::Request request;
  request.fields = fields;
  EXPECT_EQ(session_cookie(request), "abc");
  request.authorization = "Bearer wrong";
  EXPECT_EQ(session_cookie(request), "");
}

TEST(SessionCookie, IsSetForThisHostAlone) {
  EXPECT_EQ(set_session_cookie("abc"),
            cookie_name + "=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(clear_session_cookie(),
            cookie_name + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST(RefuseCrossSite, BelievesTheBrowser) {
  http::Request request;
  EXPECT_TRUE(refuse_cross_site(request).has_value());  // no browser, or an old one
  for (const char* const ours : {"same-origin", "same-site", "none"}) {
    const std::string fields = "Sec-Fetch-Site: " + std::string(ours) + "\r\n";
    request.fields = fields;
    EXPECT_TRUE(refuse_cross_site(request).has_value()) << ours;
  }
  request.fields = "Sec-Fetch-Site: cross-site\r\n";
  EXPECT_EQ(refuse_cross_site(request).error().problem.view(), "cross_site_request");
}

}  // namespace
}  // namespace strongroom::api
