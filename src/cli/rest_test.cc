#include "cli/rest.h"

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::cli {
namespace {

TEST(PercentEncode, KeepsUnreservedCharactersOnly) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/&=+%ü"), "a%20b%2F%26%3D%2B%25%C3%BC");
}

TEST(Rest, AsksTheServerWithTheCallersKeyAndCaAlone) {
  http::FakeClient client;
  client.answer(200, "{}", {{"ETag", "\"3\""}});
  Rest rest(client, {"https://vault.example:8443/", "PEM", Key{"srk_user_x"}});
  const http::RequestBody body{"{\"a\":1}"};
  const auto answer =
      rest.call("PATCH", "/projects/1", {{"filter", "a b"}, {"page", "2"}}, &body, "\"2\"");
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->good());
  EXPECT_EQ(answer->etag, "\"3\"");

  const http::OutgoingRequest& sent = client.request(0);
  EXPECT_EQ(sent.url, "https://vault.example:8443/api/v1/projects/1?filter=a%20b&page=2");
  EXPECT_EQ(sent.trusted_ca_pem, "PEM");
  EXPECT_EQ(sent.body.reveal(), "{\"a\":1}");
  ASSERT_TRUE(sent.secret_header.has_value());
  EXPECT_EQ(sent.secret_header->reveal(), "Authorization: Bearer srk_user_x");
  EXPECT_EQ(*http::find_header(sent.headers, "If-Match"), "\"2\"");
  EXPECT_EQ(*http::find_header(sent.headers, "Content-Type"), "application/merge-patch+json");
}

TEST(Rest, SaysWhichHopFailed) {
  http::FakeClient client;
  client.fail(http::Hop::kTls);
  Rest rest(client, {"https://vault.example", "", Key{"k"}});
  EXPECT_EQ(rest.call("GET", "/projects").error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::cli
