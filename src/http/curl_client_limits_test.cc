#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

using std::chrono::milliseconds;

class CurlClientLimitsTest : public ClientTest {
 protected:
  // What an answer of exactly these bytes comes to.
  ExchangeResult answered(const std::string& bytes) {
    ScriptedServer server(provider_identity(), bytes);
    return exchange(request_to(server));
  }
};

// Bits as deflate wants them: the lowest of each byte first (RFC 1951 section 3.1.1).
class BitWriter {
 public:
  void put(std::uint32_t bits, int count) {
    for (int i = 0; i < count; ++i) {
      if (used_ == 0) bytes_ += '\0';
      bytes_.back() =
          static_cast<char>(bytes_.back() | static_cast<char>(((bits >> i) & 1) << used_));
      used_ = (used_ + 1) % 8;
    }
  }
  // A Huffman code: its highest bit first.
  void put_code(std::uint32_t code, int count) {
    for (int i = count - 1; i >= 0; --i) put(code >> i, 1);
  }
  std::string bytes() const { return bytes_; }

 private:
  std::string bytes_;
  int used_ = 0;
};

std::string gzip_head() { return {"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10}; }  // RFC 1952 section 2.3

// A gzip file of about 258 times `repeats` zeroes: one byte, then "the same, 258 times", at 13 bits
// each (RFC 1951 section 3.2.6). It has no end.
std::string gzip_bomb(int repeats) {
  BitWriter bits;
  bits.put(1, 1);          // the last block
  bits.put(1, 2);          // with the fixed codes
  bits.put_code(0x30, 8);  // the byte 0
  for (int i = 0; i < repeats; ++i) {
    bits.put_code(0xc5, 8);  // length 258
    bits.put_code(0, 5);     // distance 1
  }
  return gzip_head() + bits.bytes();
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

// `text` in one stored block.
std::string gzip(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  BitWriter length;
  length.put(size | (~size << 16), 32);
  BitWriter trailer;
  trailer.put(crc32(text), 32);
  trailer.put(size, 32);
  return gzip_head() + '\x01' + length.bytes() + std::string(text) + trailer.bytes();
}

TEST_F(CurlClientLimitsTest, UndoesGzip) {
  const ExchangeResult result =
      answered(with_length("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", gzip("hello, robot")));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "hello, robot");
}

TEST_F(CurlClientLimitsTest, EndsAGzipBombEarly) {
  // A-055, E30: 1 MiB on the wire would be 160 MiB in memory
  const ExchangeResult result =
      answered(with_length("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", gzip_bomb(640'000)));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().hop, Hop::kLimit);
  EXPECT_EQ(result.error().message.view(), "The server's answer is larger than allowed.");
  EXPECT_TRUE(result.error().may_have_arrived);
}

TEST_F(CurlClientLimitsTest, RefusesGzipInGzipInGzip) {
  // A-055, E30
  std::string body = gzip_bomb(64'000);
  for (int i = 0; i < 3; ++i) body = gzip(body.substr(0, 60'000));
  const ExchangeResult nested =
      answered(with_length("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip", body));
  ASSERT_FALSE(nested.has_value());
  const ExchangeResult deep = answered(
      with_length("HTTP/1.1 200 OK\r\nContent-Encoding: gzip,gzip,gzip,gzip,gzip,gzip,gzip", body));
  ASSERT_FALSE(deep.has_value());
}

TEST_F(CurlClientLimitsTest, RefusesGzipThatIsBroken) {
  for (const std::string& body :
       {std::string("not gzip at all"), gzip_head() + "\xff\xff\xff", gzip("hello") + "more"}) {
    const ExchangeResult result =
        answered(with_length("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", body));
    ASSERT_FALSE(result.has_value()) << result->body.reveal();
    EXPECT_EQ(result.error().hop, Hop::kReceive) << result.error().message.view();
  }
  EXPECT_FALSE(answered(with_length("HTTP/1.1 200 OK\r\nContent-Encoding: compress-o-matic", "x"))
                   .has_value());
}

TEST_F(CurlClientLimitsTest, TakesABodyUpToTheLimitAndNotAByteMore) {
  //
  ScriptedServer exact(provider_identity(),
                       with_length("HTTP/1.1 200 OK", std::string(1'000, 'a')));
  OutgoingRequest request = request_to(exact);
  request.limits.max_response_bytes = 1'000;
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->body.reveal(), std::string(1'000, 'a'));

  for (const std::string& bytes : {with_length("HTTP/1.1 200 OK", std::string(1'001, 'a')),
                                   "HTTP/1.1 200 OK\r\n\r\n" + std::string(1'001, 'a')}) {
    ScriptedServer larger(provider_identity(), bytes);
    OutgoingRequest second = request_to(larger);
    second.limits.max_response_bytes = 1'000;
    const ExchangeFailure refused = failure(std::move(second));
    EXPECT_EQ(refused.hop, Hop::kLimit) << refused.message.view();
    EXPECT_TRUE(refused.may_have_arrived);
  }
}

TEST_F(CurlClientLimitsTest, EndsABodyThatNeverEnds) {
  // A-055, E30
  for (const std::string& head :
       {std::string("HTTP/1.1 200 OK\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n")}) {
    const std::string piece = "4000\r\n" + std::string(0x4000, 'a') + "\r\n";
    ScriptedServer server(provider_identity(),
                          [&](ScriptedConnection& connection, const std::string&) {
                            connection.send(head);
                            while (connection.send(piece)) {
                            }
                          });
    EXPECT_EQ(failure(request_to(server)).hop, Hop::kLimit) << head;
  }
}

TEST_F(CurlClientLimitsTest, EndsHeadersThatNeverEnd) {
  // A-055, E30
  for (const std::string& piece :
       {"X-Filler: " + std::string(1'000, 'a') + "\r\n", std::string(1'000, 'a'),
        std::string("\r\n\r\nHTTP/1.1 100 Continue\r\nX:"), std::string("X: \r\n y\r\n")}) {
    ScriptedServer server(provider_identity(),
                          [&](ScriptedConnection& connection, const std::string&) {
                            connection.send("HTTP/1.1 100 Continue\r\nX: ");
                            while (connection.send(piece)) {
                            }
                          });
    const ExchangeFailure refused = failure(request_to(server));
    EXPECT_EQ(refused.hop, Hop::kLimit) << piece.substr(0, 40) << refused.message.view();
    EXPECT_TRUE(refused.may_have_arrived);
  }
}

TEST_F(CurlClientLimitsTest, GivesUpOnAServerThatNeverAnswers) {
  // A-055, E30
  ScriptedServer server(
      provider_identity(),
      [](ScriptedConnection& connection, const std::string&) { connection.wait_for_close(); });
  OutgoingRequest request = request_to(server);
  request.limits.idle_timeout = milliseconds(150);
  const ExchangeFailure idle = failure(std::move(request));
  EXPECT_EQ(idle.hop, Hop::kTime);
  EXPECT_EQ(idle.message.view(), "The server sent nothing for too long.");
  EXPECT_TRUE(idle.may_have_arrived);
}

TEST_F(CurlClientLimitsTest, GivesUpOnAServerThatStopsInTheMiddle) {
  // A-055, E30
  ScriptedServer server(
      provider_identity(), [](ScriptedConnection& connection, const std::string&) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of i");
        connection.wait_for_close();
      });
  OutgoingRequest request = request_to(server);
  request.limits.idle_timeout = milliseconds(150);
  EXPECT_EQ(failure(std::move(request)).message.view(), "The server sent nothing for too long.");
}

TEST_F(CurlClientLimitsTest, GivesUpOnADripThatNeverFallsIdle) {
  // A-055, E30
  ScriptedServer server(provider_identity(),
                        [](ScriptedConnection& connection, const std::string&) {
                          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
                          while (connection.send("a")) {
                            std::this_thread::sleep_for(milliseconds(20));
                          }
                        });
  OutgoingRequest request = request_to(server);
  request.limits.idle_timeout = milliseconds(5'000);
  request.limits.total_timeout = milliseconds(400);
  const ExchangeFailure slow = failure(std::move(request));
  EXPECT_EQ(slow.hop, Hop::kTime);
  EXPECT_EQ(slow.message.view(), "The server's answer was not complete in time.");
  EXPECT_TRUE(slow.may_have_arrived);
}

TEST_F(CurlClientLimitsTest, RefusesAnAnswerThatIsCutOffAnywhere) {
  const std::string whole = with_length("HTTP/1.1 200 OK\r\nX-A: b", "0123456789");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const ExchangeResult result = answered(whole.substr(0, length));
    ASSERT_FALSE(result.has_value()) << length;
    EXPECT_EQ(result.error().hop, Hop::kReceive) << length << result.error().message.view();
    EXPECT_TRUE(result.error().may_have_arrived);
  }
  EXPECT_TRUE(answered(whole).has_value());
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  EXPECT_FALSE(answered(chunked).has_value());
  EXPECT_FALSE(answered(chunked + "0\r\n").has_value());
}

TEST_F(CurlClientLimitsTest, RefusesWhatIsNotHttp) {
  using std::string_literals::operator""s;
  const std::string nul = "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"s;
  for (const std::string& bytes :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("<html>hello</html>"),
        std::string("\x15\x03\x03\0\x02\x02\x28", 7), std::string("HTTP/9.9 200 OK\r\n\r\n"),
        std::string("HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\n: no name\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\n folded onto nothing\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("HTTP/1.1 200 OK\r\nX: a\x01z\r\nContent-Length: 0\r\n\r\n"), nul}) {
    const ExchangeResult result = answered(bytes);
    ASSERT_FALSE(result.has_value()) << bytes;
    EXPECT_EQ(result.error().hop, Hop::kReceive) << bytes << result.error().message.view();
    EXPECT_TRUE(result.error().may_have_arrived);
  }
}

}  // namespace
}  // namespace strongroom::http
