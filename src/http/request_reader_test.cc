#include "http/request_reader.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

const TrustedProxies kNobody;

using Progress = RequestReader::Progress;

// Gives `bytes` to the reader in pieces of `step` bytes until it is done with a request.
Progress feed(RequestReader& reader, std::string_view& bytes, std::size_t step) {
  Progress progress = reader.advance();
  while (progress != Progress::kComplete && progress != Progress::kRefused && !bytes.empty()) {
    const std::span<char> space = reader.space();
    const std::size_t size = std::min({step, bytes.size(), space.size()});
    std::copy_n(bytes.data(), size, space.data());
    reader.filled(size);
    bytes.remove_prefix(size);
    progress = reader.advance();
  }
  return progress;
}

TEST(RequestReader, ReadsTheSameRequestsHoweverTheyAreCut) {
  const std::string bytes =
      "POST /a?b HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\nContent-Length: 5\r\n\r\nhello"
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
      "GET /d HTTP/1.0\r\n\r\n";
  const ServerLimits limits;
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    RequestReader reader(limits, kNobody, "127.0.0.1");
    std::string_view rest = bytes;
    ASSERT_EQ(feed(reader, rest, step), Progress::kComplete) << step;
    EXPECT_EQ(reader.request().path, "/a");
    EXPECT_EQ(reader.request().query, "b");
    EXPECT_EQ(reader.request().authorization, "Bearer k");
    EXPECT_EQ(reader.request().body, "hello");
    EXPECT_TRUE(reader.request().keep_alive);
    reader.next();
    ASSERT_EQ(feed(reader, rest, step), Progress::kComplete) << step;
    EXPECT_EQ(reader.request().path, "/c");
    EXPECT_EQ(reader.request().authorization, "");  // nothing stays from the one before
    EXPECT_EQ(reader.request().body, "abc0123456789");
    reader.next();
    ASSERT_EQ(feed(reader, rest, step), Progress::kComplete) << step;
    EXPECT_EQ(reader.request().path, "/d");
    EXPECT_TRUE(reader.http_1_0());
    EXPECT_FALSE(reader.request().keep_alive);
    reader.next();
    EXPECT_EQ(reader.advance(), Progress::kIdle);
    EXPECT_FALSE(reader.has_leftover());
  }
}

TEST(RequestReader, RefusesWhatIsTooLargeHoweverItIsCut) {
  ServerLimits limits;
  limits.max_header_bytes = 200;
  limits.max_body_bytes = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::vector<std::pair<std::string, int>> cases{
      {head + "X: " + std::string(200, 'x') + "\r\n\r\n", 431},
      {head + "X: " + std::string(200, 'x'), 431},
      {"GET /" + std::string(300, 'x'), 414},
      {head + "Content-Length: 11\r\n\r\n", 413},
      {head + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n", 413},
      {head + "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n", 413},
      {head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 413}};
  for (const auto& [bytes, status] : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
      RequestReader reader(limits, kNobody, "::1");
      std::string_view rest = bytes;
      ASSERT_EQ(feed(reader, rest, step), Progress::kRefused) << bytes << " in steps of " << step;
      EXPECT_EQ(reader.refusal(), status) << bytes << " in steps of " << step;
    }
  }
}

TEST(RequestReader, TakesAHeadAndABodyOfExactlyTheLimit) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n";
  ServerLimits limits;
  limits.max_header_bytes = head.size();
  limits.max_body_bytes = 10;
  RequestReader reader(limits, kNobody, "::1");
  const std::string bytes = head + "0123456789" + head;
  std::string_view rest = bytes;
  ASSERT_EQ(feed(reader, rest, bytes.size()), Progress::kComplete);
  EXPECT_EQ(reader.request().body, "0123456789");
  EXPECT_TRUE(reader.has_leftover());
}

TEST(RequestReader, TellsOnceThatTheClientWaitsForAWord) {
  const ServerLimits limits;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
  for (const auto& [fields, waits] :
       {std::pair{"Content-Length: 3\r\n\r\n", true}, std::pair{"Content-Length: 0\r\n\r\n", false},
        std::pair{"Content-Length: 3\r\n\r\na", false}}) {
    RequestReader reader(limits, kNobody, "::1");
    const std::string bytes = head + fields;
    std::string_view rest = bytes;
    feed(reader, rest, bytes.size());
    EXPECT_EQ(reader.take_expectation(), waits) << fields;
    EXPECT_FALSE(reader.take_expectation());
  }
}

TEST(RequestReader, OverwritesARequestOnceItIsForgotten) {
  const ServerLimits limits;
  RequestReader reader(limits, kNobody, "::1");
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer canary\r\n\r\n";
  const std::span<char> space = reader.space();
  std::copy_n(bytes.data(), bytes.size(), space.data());
  reader.filled(bytes.size());
  ASSERT_EQ(reader.advance(), Progress::kComplete);
  EXPECT_EQ(reader.request().authorization, "Bearer canary");
  reader.next();
  EXPECT_TRUE(std::all_of(space.begin(), space.begin() + static_cast<long>(bytes.size()),
                          [](char c) { return c == '\0'; }));
}

}  // namespace
}  // namespace strongroom::http
