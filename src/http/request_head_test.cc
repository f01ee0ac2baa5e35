#include "http/request_head.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

std::string get(std::string_view fields) {
  return "GET /a?b=c HTTP/1.1\r\nHost: vault.example:8443\r\n" + std::string(fields) + "\r\n";
}

void expect_fault(const std::string& head, HeadFault fault) {
  const auto checked = check_head(head);
  ASSERT_FALSE(checked.has_value()) << testing::PrintToString(head);
  EXPECT_EQ(checked.error(), fault) << testing::PrintToString(head);
}

TEST(CheckHead, TakesAnOrdinaryHead) {
  const std::string head = get("Content-Length: 12\r\nAccept: */*\r\nEmpty:\r\n");
  const auto checked = check_head(head);
  ASSERT_TRUE(checked.has_value());
  EXPECT_EQ(checked->method, "GET");
  EXPECT_EQ(checked->target, "/a?b=c");
  EXPECT_EQ(checked->minor_version, 1);
  EXPECT_EQ(checked->content_length, 12);
  EXPECT_FALSE(checked->chunked);
  EXPECT_FALSE(checked->expects_continue);
}

TEST(CheckHead, TakesTheFormsThatCarefulSendersUse) {
  for (const char* fields :
       {"Transfer-Encoding: chunked\r\n", "transfer-encoding:\tCHUNKED \r\n",
        "Content-Length: 0\r\n", "Content-Length:007\r\n", "Expect: 100-Continue\r\n",
        "X: \x80\xff obs-text\r\n", "X!#$%&'*+-.^_`|~: token characters\r\n"}) {
    EXPECT_TRUE(check_head(get(fields)).has_value()) << fields;
  }
  EXPECT_TRUE(check_head("GET / HTTP/1.0\r\n\r\n").has_value());  // Host is 1.1's
  EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nhOST: [::1]:8443\r\n\r\n").has_value());
}

TEST(CheckHead, RefusesFramingThatTwoReadersCouldReadInTwoWays) {
  for (const char* fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked;a=b\r\n",
        "Transfer-Encoding:\r\n", "Transfer-Encoding: \"chunked\"\r\n"}) {
    expect_fault(get(fields), HeadFault::kMalformed);
  }
  expect_fault("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", HeadFault::kMalformed);
}

TEST(CheckHead, RefusesAContentLengthThatIsNotPlainDigits) {
  for (const char* value :
       {"", "+5", "-5", "5,5", "5, 5", "5 6", "0x5", "5a", "5.0", "1e3", "'5'",
        "18446744073709551616", "99999999999999999999", "0000000000000000005"}) {
    expect_fault(get("Content-Length: " + std::string(value) + "\r\n"), HeadFault::kMalformed);
  }
}

TEST(CheckHead, RefusesFieldsThatMayComeOnlyOnce) {
  expect_fault(get("host: other.example\r\n"), HeadFault::kMalformed);
  expect_fault(get("Authorization: a\r\nauthorization: a\r\n"), HeadFault::kMalformed);
  expect_fault(get("Content-Type: a/b\r\nContent-Type: a/b\r\n"), HeadFault::kMalformed);
  expect_fault(get("Expect: 100-continue\r\nExpect: 100-continue\r\n"), HeadFault::kMalformed);
  expect_fault("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", HeadFault::kMalformed);
}

TEST(CheckHead, RefusesAMissingOrStrangeHost) {
  expect_fault("GET / HTTP/1.1\r\n\r\n", HeadFault::kMalformed);
  for (const char* host : {"", "a b", "a/b", "user@a", "a,b", "a?b", "a#b", "a\xc3\xa4"}) {
    expect_fault("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n",
                 HeadFault::kMalformed);
  }
}

TEST(CheckHead, RefusesLinesThatAreNotNameColonValue) {
  for (const std::string& line :
       {std::string("X : 1"), std::string("X\t: 1"), std::string(" X: 1"), std::string("\tX: 1"),
        std::string("X"), std::string(": 1"), std::string("X\x80: 1"), std::string("X(): 1"),
        std::string("X: a\0b", 6), std::string("X\0: a", 5), std::string("X: a\rb"),
        std::string("X: a\r"), std::string("X: a\x01"), std::string("X: \x1b[0m"),
        std::string("X: a\x7f")}) {
    expect_fault(get(line + "\r\n"), HeadFault::kMalformed);
  }
}

TEST(CheckHead, RefusesLineFoldingAlsoWhereItHidesAnEncoding) {
  expect_fault(get("X: a\r\n b\r\n"), HeadFault::kMalformed);
  expect_fault(get("Transfer-Encoding:\r\n chunked\r\n"), HeadFault::kMalformed);
  expect_fault(get("Transfer-Encoding: chunked\r\n\t, identity\r\n"), HeadFault::kMalformed);
}

TEST(CheckHead, RefusesBareLineFeedsAndCarriageReturns) {
  for (const char* head :
       {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    expect_fault(head, HeadFault::kMalformed);
  }
}

TEST(CheckHead, RefusesRequestLinesOutsideTheGrammar) {
  for (const std::string& line : {std::string(""),
                                  std::string("GET"),
                                  std::string("GET /"),
                                  std::string("GET / "),
                                  std::string("GET  / HTTP/1.1"),
                                  std::string("GET /  HTTP/1.1"),
                                  std::string(" GET / HTTP/1.1"),
                                  std::string("GET / HTTP/1.1 "),
                                  std::string("GET /a b HTTP/1.1"),
                                  std::string("GET\t/ HTTP/1.1"),
                                  std::string("G(T / HTTP/1.1"),
                                  std::string("G\0T / HTTP/1.1", 14),
                                  std::string("G\xc3\x84T / HTTP/1.1"),
                                  std::string(33, 'G') + " / HTTP/1.1",
                                  std::string("GET / HTTP/1.2"),
                                  std::string("GET / HTTP/2.0"),
                                  std::string("GET / HTTP/0.9"),
                                  std::string("GET / http/1.1"),
                                  std::string("GET / HTTP/1.10"),
                                  std::string("GET / HTTP/11"),
                                  std::string("GET / HTTP/ 1.1"),
                                  std::string("PRI * HTTP/2.0")}) {
    expect_fault(line + "\r\nHost: a\r\n\r\n", HeadFault::kMalformed);
  }
}

TEST(CheckHead, RefusesTargetsThatAreNotInOriginForm) {
  for (const char* target : {"http://a/", "https://a/b", "a:443", "*", "", "a", "?a=b", "/a#b",
                             "/a\xc3\xa4", "/a\x7f", "/a\tb", "/a\x01"}) {
    expect_fault("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                 HeadFault::kMalformed);
  }
}

TEST(CheckHead, SaysWhichLimitWasPassed) {
  const auto with_target = [](std::size_t length) {
    return "GET /" + std::string(length - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_TRUE(check_head(with_target(kMaxTargetBytes)).has_value());
  expect_fault(with_target(kMaxTargetBytes + 1), HeadFault::kTargetTooLong);

  std::string fields;
  for (std::size_t i = 1; i < kMaxFieldLines; ++i) fields += "X: y\r\n";
  EXPECT_TRUE(check_head(get(fields)).has_value());  // Host is the hundredth
  expect_fault(get(fields + "X: y\r\n"), HeadFault::kTooLarge);

  expect_fault(get("Expect: 200-maybe\r\n"), HeadFault::kExpectationFailed);
  expect_fault(get("Expect: 100-continue, x\r\n"), HeadFault::kExpectationFailed);
}

TEST(CheckHead, RefusesBytesBeforeOrBehindTheHead) {
  expect_fault("\r\n" + get(""), HeadFault::kMalformed);
  expect_fault(get("") + "x", HeadFault::kMalformed);
  expect_fault("", HeadFault::kMalformed);
  expect_fault("GET / HTTP/1.1\r\nHost: a\r\n", HeadFault::kMalformed);
}

TEST(HeadLength, FindsTheEmptyLineHoweverTheBytesArrive) {
  const std::string bytes = get("X: y\r\n") + "body\n";
  const std::size_t expected = bytes.size() - 5;
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    std::size_t line_start = 0;
    std::size_t length = 0;
    for (std::size_t have = step; length == 0; have = std::min(have + step, bytes.size())) {
      const auto found = head_length(std::string_view(bytes).substr(0, have), line_start);
      ASSERT_TRUE(found.has_value());
      length = *found;
    }
    EXPECT_EQ(length, expected) << "in steps of " << step;
  }
}

TEST(HeadLength, RefusesABareLineFeedAtOnceAndDoesNotWaitForTheRest) {
  for (const char* bytes : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n", "\n", "\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\n\n"}) {
    std::size_t line_start = 0;
    EXPECT_FALSE(head_length(bytes, line_start).has_value()) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace strongroom::http
