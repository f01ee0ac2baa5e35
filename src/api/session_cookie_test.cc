#include "api/session_cookie.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

const std::string kName(kSessionCookie);

TEST(SessionCookie, IsFoundAmongOthers) {
  EXPECT_EQ(session_cookie(kName + "=abc"), "abc");
  EXPECT_EQ(session_cookie("a=b; " + kName + "=abc; c=d"), "abc");
  EXPECT_EQ(session_cookie("a=b;" + kName + "=abc"), "abc");
  EXPECT_EQ(session_cookie("a; =; ;; " + kName + "=a=b ;"), "a=b");
}

TEST(SessionCookie, IsNobodysUnderAnotherName) {
  for (const std::string& none :
       {std::string(), kName, kName + "=", "x" + kName + "=abc", kName + "x=abc", kName + " =abc",
        std::string("strongroom_session=abc"), std::string("__host-strongroom_session=abc"),
        "a=" + kName + "=abc", "a=\"; " + kName + "\"=abc"}) {
    EXPECT_EQ(session_cookie(none), "") << none;
  }
}

TEST(SessionCookie, CountsForNothingWhereItComesTwice) {
  EXPECT_EQ(session_cookie(kName + "=abc; " + kName + "=def"), "");
  EXPECT_EQ(session_cookie(kName + "=abc; " + kName + "=abc"), "");
  EXPECT_EQ(session_cookie(kName + "=; " + kName + "=abc"), "");
}

TEST(SessionCookie, GivesWayToAnAuthorization) {
  const std::string fields = "Cookie: " + kName + "=abc\r\n";
  http::Request request;
  request.fields = fields;
  EXPECT_EQ(session_cookie(request), "abc");
  request.authorization = "Bearer wrong";
  EXPECT_EQ(session_cookie(request), "");
}

TEST(SessionCookie, IsSetForThisHostAlone) {
  EXPECT_EQ(set_session_cookie("abc"), kName + "=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(clear_session_cookie(), kName + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
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
