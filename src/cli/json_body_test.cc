#include "cli/json_body.h"

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

TEST(JsonBody, LeavesOutWhatWasNotGivenAndEscapesTheRest) {
  JsonBody body;
  EXPECT_TRUE(body.empty());
  body.add("name", std::string_view("a \"b\"\n"));
  body.add("description", std::optional<std::string>{});
  body.add("draft", std::optional<bool>(true));
  body.add("scopes", std::vector<std::string>{"x", "y"});
  body.add("tags", std::vector<std::string>{});
  body.add_secret("secret", InputText{"p\\q"});
  body.add_raw("owner", "{}");
  const http::RequestBody text = body.body();
  EXPECT_EQ(text.reveal(),
            R"({"name":"a \"b\"\n","draft":true,"scopes":["x","y"],"secret":"p\\q","owner":{}})");
}

TEST(JsonBody, ANumberIsSentAsOneAndWhatIsNoneAsItIs) {
  JsonBody body;
  body.add_number("none", {});
  body.add_number("days", std::optional<std::string>("030"));
  body.add_number("words", std::optional<std::string>("30 days"));
  const http::RequestBody text = body.body();
  EXPECT_EQ(text.reveal(), R"({"days":30,"words":"30 days"})");
}

TEST(JsonBody, OfNothingIsAnEmptyObject) {
  const JsonBody body;
  const http::RequestBody text = body.body();
  EXPECT_EQ(text.reveal(), "{}");
}

}  // namespace
}  // namespace strongroom::cli
