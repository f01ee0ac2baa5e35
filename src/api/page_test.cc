#include "api/page.h"

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

TEST(Page, EscapesWhatIsText) {
  // A-016, E16
  EXPECT_EQ(html_escaped("<b a=\"x\" b='y'>&"), "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  const http::Response response = page("<script>", "<p>x</p>");
  EXPECT_EQ(response.body.find("<script>"), std::string::npos);
}

TEST(Page, IsNeverFramedCachedOrReferredTo) {
  //
  const http::Response response = page("Title", "");
  const auto header = [&](std::string_view name) {
    const std::string* value = http::find_header(response.headers, name);
    return value == nullptr ? std::string() : *value;
  };
  EXPECT_NE(header("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(header("Content-Security-Policy").find("unsafe"), std::string::npos);
  EXPECT_EQ(header("Cache-Control"), "no-store");
  EXPECT_EQ(header("Referrer-Policy"), "no-referrer");
}

TEST(CookieValue, IsThatOfTheWholeName) {
  const std::string_view cookies = "a=1; __Host-flow=two; flow=3;b=";
  EXPECT_EQ(cookie_value(cookies, "__Host-flow"), "two");
  EXPECT_EQ(cookie_value(cookies, "flow"), "3");
  EXPECT_EQ(cookie_value(cookies, "b"), "");
  EXPECT_EQ(cookie_value(cookies, "Host-flow"), "");
  EXPECT_EQ(cookie_value("", "a"), "");
}

}  // namespace
}  // namespace strongroom::api
