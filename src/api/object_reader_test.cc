#include "api/object_reader.h"

#include <string>

#include <gtest/gtest.h>

#include "api/error_response.h"
#include "api/media_type.h"

namespace strongroom::api {
namespace {

Result<ObjectReader> reader(std::string_view body, BodyKind kind = BodyKind::kJson,
                            std::string_view type = "application/json") {
  http::Request request;
  request.body = body;
  request.content_type = type;
  return ObjectReader::from_body(request, kind);
}

std::string field_of(const Status& status) {
  if (status) return "(none)";
  const ErrorValue* field = status.error().find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

// What a resource might read: one member of each kind.
Status read_everything(std::string_view text) {
  STRONGROOM_TRY(ObjectReader body, reader(text));
  body.require("name");
  body.text("name", 8);
  body.text_or_null("note");
  body.flag("on");
  body.texts("tags");
  body.text_map("map");
  body.secret("secret", 8);
  body.object("owner", [](ObjectReader& owner) { owner.text_or_null("email"); });
  body.objects("keys", 2, [](ObjectReader& key) {
    key.require("value");
    key.text("value");
  });
  return body.finish();
}

TEST(ObjectReader, TakesWhatItKnows) {
  auto body = reader(R"({"name":"a","note":null,"on":true,"tags":["x","y"],"map":{"k":"v","n":null},
                         "owner":{"email":"e"},"keys":[{"value":"1"},{"value":"2"}]})");
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(body->text("name"), "a");
  EXPECT_EQ(body->text_or_null("note"), "");
  EXPECT_EQ(body->flag("on"), true);
  EXPECT_EQ(body->texts("tags"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(body->text_map("map"), (ObjectReader::TextMap{{"k", "v"}, {"n", std::nullopt}}));
  std::string email;
  EXPECT_TRUE(
      body->object("owner", [&](ObjectReader& o) { email = o.text("email").value_or(""); }));
  std::string values;
  EXPECT_TRUE(
      body->objects("keys", 2, [&](ObjectReader& k) { values += k.text("value").value_or(""); }));
  EXPECT_EQ(body->text("missing"), std::nullopt);
  EXPECT_TRUE(body->finish().has_value());
  EXPECT_EQ(email + values, "e12");
}

TEST(ObjectReader, PointsAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/name"},
      {R"({"name":1})", "/name"},
      {R"({"name":null})", "/name"},
      {R"({"name":"too long for it"})", "/name"},
      {R"({"name":"a","note":[]})", "/note"},
      {R"({"name":"a","on":"true"})", "/on"},
      {R"({"name":"a","on":1})", "/on"},
      {R"({"name":"a","tags":"x"})", "/tags"},
      {R"({"name":"a","tags":["x",2]})", "/tags/1"},
      {R"({"name":"a","map":[]})", "/map"},
      {R"({"name":"a","map":{"a/b~c":1}})", "/map/a~1b~0c"},
      {R"({"name":"a","secret":""})", "/secret"},
      {R"({"name":"a","secret":["s"]})", "/secret"},
      {R"({"name":"a","secret":"123456789"})", "/secret"},
      {R"({"name":"a","owner":"me"})", "/owner"},
      {R"({"name":"a","owner":{"email":2}})", "/owner/email"},
      {R"({"name":"a","owner":{"phone":"2"}})", "/owner/phone"},
      {R"({"name":"a","keys":[{"value":"1"},{"value":"2"},{"value":"3"}]})", "/keys"},
      {R"({"name":"a","keys":[{"value":"1"},{}]})", "/keys/1/value"},
      {R"({"name":"a","keys":[7]})", "/keys/0"},
      {R"({"name":"a","id":"x"})", "/id"},
      {R"({"name":"a","Name":"x"})", "/Name"},
      {R"({"name":"a"})", "(none)"},
  };
  for (const auto& [text, field] : cases) EXPECT_EQ(field_of(read_everything(text)), field) << text;
}

TEST(ObjectReader, RefusesWhatIsNoStrictJsonObject) {
  for (const char* text : {"",
                           " ",
                           "[]",
                           "\"a\"",
                           "null",
                           "{",
                           "{}}",
                           "{} {}",
                           "{\"a\":1,}",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":1,\"a\":2}",
                           "{\"a\":1,\"\\u0061\":2}",
                           "{\"owner\":{\"x\":1,\"x\":1}}",
                           "{\"a\":\"\xff\"}",
                           "\xef\xbb\xbf{}",
                           "{\"a\":NaN}",
                           "{\"a\":01}",
                           "{\"a\":\"\n\"}",
                           "/**/{}",
                           "{\"a\":[[[[[[[[[[1]]]]]]]]]]}"}) {
    const auto body = reader(text);
    ASSERT_FALSE(body.has_value()) << text;
    EXPECT_EQ(http_status(body.error()), 400) << text;
  }
}

TEST(ObjectReader, RefusesABodyThatIsTooLong) {
  const std::string text = "{\"a\":\"" + std::string(256 * 1024, 'x') + "\"}";
  EXPECT_EQ(http_status(reader(text).error()), 400);
}

TEST(ObjectReader, NeverRepeatsWhatWasSent) {
  const std::string canary = "canary-4711";
  const std::string bodies[] = {
      R"({"name":")" + canary + R"("})",
      R"({"name":"a","on":")" + canary + R"("})",
      R"({"name":"a","secret":[")" + canary + R"("]})",
      R"({"name":")" + canary,
      R"({"name":"a","tags":[{"x":")" + canary + R"("}]})",
      R"({"name":"a",")" + canary + std::string(64, 'x') + R"(":1})",
      R"({"name":"a",")" + canary + "\xc3\xa9" + R"(":1})",
  };
  for (const std::string& body : bodies) {
    const Status status = read_everything(body);
    ASSERT_FALSE(status.has_value()) << body;
    const std::string document = error_response(status.error(), Uuid{}).body;
    EXPECT_EQ(document.find("canary"), std::string::npos) << document;
  }
}

TEST(ObjectReader, TakesASecretOnce) {
  auto body = reader(R"({"secret":"s3cret"})");
  const auto first = body->secret("secret");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->view(), "s3cret");
  const auto second = body->secret("secret");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->view(), std::string_view("\0\0\0\0\0\0", 6));
}

TEST(ObjectReader, WantsTheRightMediaType) {
  const auto status = [](std::string_view type, BodyKind kind) {
    const auto body = reader("{}", kind, type);
    return body ? 200 : http_status(body.error());
  };
  EXPECT_EQ(status("application/json", BodyKind::kJson), 200);
  EXPECT_EQ(status("Application/JSON; charset=UTF-8", BodyKind::kJson), 200);
  EXPECT_EQ(status("application/json", BodyKind::kMergePatch), 200);
  EXPECT_EQ(status("application/merge-patch+json", BodyKind::kMergePatch), 200);
  for (const char* type :
       {"", "text/plain", "application/jsonx", "application/json; charset=utf-16",
        "application/x-www-form-urlencoded", "application/merge-patch+json"}) {
    EXPECT_EQ(status(type, BodyKind::kJson), 415) << type;
  }
}

TEST(ObjectReader, ExpectsNothingWhereNothingIsNeeded) {
  const auto status = [](std::string_view body, std::string_view type) {
    http::Request request;
    request.body = body;
    request.content_type = type;
    const Status checked = ObjectReader::expect_nothing(request);
    return checked ? 200 : http_status(checked.error());
  };
  EXPECT_EQ(status("", ""), 200);
  EXPECT_EQ(status("{}", "application/json"), 200);
  EXPECT_EQ(status("{\"a\":1}", "application/json"), 400);
  EXPECT_EQ(status("{}", "text/plain"), 415);
}

}  // namespace
}  // namespace strongroom::api
