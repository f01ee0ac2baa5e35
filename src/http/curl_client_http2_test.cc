#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

enum Frame : unsigned char { kData = 0, kHeaders = 1, kSettings = 4, kGoAway = 7 };
constexpr unsigned char kEndStream = 1;
constexpr unsigned char kEndHeaders = 4;

// One frame (RFC 9113 section 4.1).
std::string frame(Frame type, unsigned char flags, unsigned char stream, std::string_view payload) {
  std::string out;
  for (const unsigned shift : {16U, 8U, 0U}) {
    out += static_cast<char>((payload.size() >> shift) & 0xffU);
  }
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  out += std::string("\0\0\0", 3);
  out += static_cast<char>(stream);
  return out.append(payload);
}

// A field that is never indexed, without Huffman coding (RFC 7541 section 6.2.3); at most 126 bytes
// each.
std::string field(std::string_view name, std::string_view value) {
  std::string out(1, '\x10');
  out += static_cast<char>(name.size());
  out += name;
  out += static_cast<char>(value.size());
  return out.append(value);
}

const std::string kStatus200 = "\x88";  // RFC 7541 appendix A

// Whether `input`, which begins with the preface, holds the whole of the request on stream 1.
bool is_whole(std::string_view input) {
  input.remove_prefix(std::min<std::size_t>(24, input.size()));
  while (input.size() >= 9) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
    const std::size_t size = (std::size_t{at(0)} << 16U) | (std::size_t{at(1)} << 8U) | at(2);
    if (input.size() < 9 + size) return false;
    const bool carries = at(3) == kData || at(3) == kHeaders;
    if (carries && (at(4) & kEndStream) != 0) return true;
    input.remove_prefix(9 + size);
  }
  return false;
}

class CurlClientHttp2Test : public ClientTest {
 protected:
  // A server that answers the request on stream 1 with these frames.
  std::unique_ptr<ScriptedServer> answering(std::string frames) {
    return std::make_unique<ScriptedServer>(
        ScriptedServer::Options{.identity = provider_identity(), .speaks_http2 = true},
        [frames = std::move(frames)](ScriptedConnection& connection, const std::string& first) {
          connection.send(frame(kSettings, 0, 0, ""));
          std::string input = first;
          while (!is_whole(input)) {
            const std::string more = connection.read_some();
            if (more.empty()) return;
            input += more;
          }
          connection.send(frames);
          connection.wait_for_close();
        });
  }
  OutgoingRequest post_to(const ScriptedServer& server) const {
    OutgoingRequest request = request_to(server);
    request.body = RequestBody("grant_type=client_credentials");
    return request;
  }
};

TEST_F(CurlClientHttp2Test, SpeaksHttp2WhereTheServerAgrees) {
  const auto server = answering(
      frame(kHeaders, kEndHeaders, 1, kStatus200 + field("content-type", "application/json")) +
      frame(kData, kEndStream, 1, "{}"));
  const auto trace = std::make_shared<ExchangeTrace>();
  OutgoingRequest request = post_to(*server);
  request.trace = trace;
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(*find_header(result->headers, "Content-Type"), "application/json");
  EXPECT_EQ(result->body.reveal(), "{}");
  EXPECT_EQ(trace->http_version, "2");
}

TEST_F(CurlClientHttp2Test, KeepsNoConnectionForTheNextRequest) {
  const auto server = answering(frame(kHeaders, kEndHeaders | kEndStream, 1, kStatus200));
  ASSERT_TRUE(exchange(post_to(*server)).has_value());
  ASSERT_TRUE(exchange(post_to(*server)).has_value());
  EXPECT_EQ(server->connections(), 2U);
}

TEST_F(CurlClientHttp2Test, TakesNoLargerBodyThanOverHttp1) {
  //
  std::string frames = frame(kHeaders, kEndHeaders, 1, kStatus200);
  for (int i = 0; i < 8; ++i) frames += frame(kData, 0, 1, std::string(1'000, 'x'));
  const auto server = answering(frames);
  OutgoingRequest request = post_to(*server);
  request.limits.max_response_bytes = 5'000;
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kLimit) << refused.message.view() << refused.detail;
  EXPECT_TRUE(refused.may_have_arrived);
}

TEST_F(CurlClientHttp2Test, TakesNoMoreHeadersThanOverHttp1) {
  //
  std::string block = kStatus200;
  for (int i = 0; i < 100; ++i) block += field("x-padding", std::string(100, 'x'));
  const auto server = answering(frame(kHeaders, kEndHeaders | kEndStream, 1, block));
  OutgoingRequest request = post_to(*server);
  request.limits.max_header_bytes = 5'000;
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kLimit) << refused.message.view() << refused.detail;
}

TEST_F(CurlClientHttp2Test, EndsAnAnswerThatStalls) {
  // A-055, E30
  const auto server = answering(frame(kHeaders, kEndHeaders, 1, kStatus200));
  OutgoingRequest request = post_to(*server);
  request.limits.idle_timeout = std::chrono::milliseconds(200);
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kTime) << refused.message.view();
}

TEST_F(CurlClientHttp2Test, SaysThatTheServerBrokeOffOrTalkedNonsense) {
  const std::string go_away(8, '\0');
  for (const std::string& frames :
       {frame(kGoAway, 0, 0, go_away), std::string(100, 'x'),
        frame(kHeaders, kEndHeaders | kEndStream, 1, field(":status", "2x0")),
        frame(kHeaders, kEndHeaders | kEndStream, 1, kStatus200 + field("x-a", "1\r\nx-b: 2"))}) {
    const auto server = answering(frames);
    OutgoingRequest request = post_to(*server);
    request.limits.idle_timeout = std::chrono::milliseconds(500);
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_TRUE(refused.hop == Hop::kReceive || refused.hop == Hop::kTime)
        << refused.message.view() << refused.detail;
    EXPECT_TRUE(refused.may_have_arrived);
  }
}

}  // namespace
}  // namespace strongroom::http
