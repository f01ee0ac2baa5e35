#include "base/log.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/secret.h"
#include "base/testing/fake_clock.h"

namespace strongroom {
namespace {

// Invariants 3 and 13: what must not compile.
static_assert(!std::is_constructible_v<decltype(LogField::value), Secret<struct PasswordKind>>);
static_assert(!std::is_constructible_v<LiteralText, std::string>);

class LogTest : public testing::Test {
 protected:
  Log make(Log::Format format, LogLevel threshold = LogLevel::kDebug) {
    return Log(
        clock_, format, [this](std::string_view line) { lines_ += line; }, threshold);
  }
  boost::json::value parsed() {
    auto value = parse_json(lines_);
    EXPECT_TRUE(value.has_value()) << lines_;
    return value.has_value() ? *std::move(value) : boost::json::value();
  }

  FakeClock clock_{FakeClock::kStart + Milliseconds(125)};
  std::string lines_;
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  Log log = make(Log::Format::kJson);
  const Uuid id = *Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  log.info("token retrieved", {{"client", id},
                               {"attempt", std::int64_t{2}},
                               {"seconds", 0.25},
                               {"fresh", true},
                               {"provider", "generic"}});
  EXPECT_EQ(lines_,
            R"({"time":"2026-11-24T03:08:20.125Z","level":"info","message":"token retrieved",)"
            R"("client":"017f22e2-79b0-7cc3-98c4-dc0c0c07398f","attempt":2,"seconds":0.25,)"
            R"("fresh":true,"provider":"generic"})"
            "\n");
}

TEST_F(LogTest, WritesForAPersonAtATerminal) {
  Log log = make(Log::Format::kText);
  log.info("serving", {{"address", "127.0.0.1:8443"}, {"loops", std::int64_t{2}}});
  log.warning("slow", {{"what", "a long name"}, {"empty", ""}});
  EXPECT_EQ(lines_,
            "03:08:20.125 INFO  serving address=127.0.0.1:8443 loops=2\n"
            "03:08:20.125 WARN  slow what=\"a long name\" empty=\"\"\n");
}

TEST_F(LogTest, LetsNoValueWriteALineOrDriveATerminal) {
  // A-016: new lines, escape sequences (also the one-byte C1 form), reordering, broken UTF-8
  const std::string hostile =
      "x\n{\"level\":\"info\"}\r\x1b]0;owned\x07\x1b[2J\x7f\xc2\x9b\x38m\xe2\x80\xae\xff\x9b\0end";
  for (const Log::Format format : {Log::Format::kJson, Log::Format::kText}) {
    lines_.clear();
    make(format).error("refused", {{"name", hostile}});
    EXPECT_EQ(std::ranges::count(lines_, '\n'), 1);
    EXPECT_EQ(lines_.back(), '\n');
    lines_.pop_back();
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    EXPECT_TRUE(std::ranges::none_of(lines_, is_control)) << lines_;
    EXPECT_EQ(lines_.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(lines_.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_EQ(lines_.find('\xff'), std::string::npos);
  }
}

TEST_F(LogTest, LetsNoValueLookLikeTwoFields) {
  make(Log::Format::kText).info("m", {{"a", "x b=y"}, {"c", "p=q"}});
  EXPECT_EQ(lines_, "03:08:20.125 INFO  m a=\"x b=y\" c=\"p=q\"\n");
}

TEST_F(LogTest, ShowsAnErrorBesideTheMessage) {
  Log log = make(Log::Format::kJson);
  log.failed("not stored", Error{Code::kUnavailable, "Try later.", "errno 28 \"full\""},
             {{"table", "robots"}});
  const auto value = parsed();
  const auto& line = value.as_object();
  EXPECT_EQ(line.at("level"), "error");
  EXPECT_EQ(line.at("message"), "not stored");
  EXPECT_EQ(line.at("table"), "robots");
  EXPECT_EQ(line.at("code"), "unavailable");
  EXPECT_EQ(line.at("error"), "Try later.");
  EXPECT_EQ(line.at("detail"), "errno 28 \"full\"");
}

TEST_F(LogTest, WritesNumbersThatJsonCanRead) {
  Log log = make(Log::Format::kJson);
  log.info("numbers", {{"least", INT64_MIN},
                       {"most", INT64_MAX},
                       {"nan", std::nan("")},
                       {"inf", INFINITY},
                       {"small", 1e-300}});
  const auto value = parsed();
  EXPECT_EQ(value.at("least").as_int64(), INT64_MIN);
  EXPECT_EQ(value.at("most").as_int64(), INT64_MAX);
  EXPECT_TRUE(value.at("nan").is_null());
  EXPECT_TRUE(value.at("inf").is_null());
  EXPECT_EQ(value.at("small").as_double(), 1e-300);
}

TEST_F(LogTest, ChangesItsThresholdWhileItRuns) {
  Log log = make(Log::Format::kText, LogLevel::kWarning);
  log.debug("no");
  log.info("no");
  EXPECT_EQ(lines_, "");
  log.warning("yes");
  log.set_threshold(LogLevel::kDebug);
  log.debug("now");
  EXPECT_EQ(lines_, "03:08:20.125 WARN  yes\n03:08:20.125 DEBUG now\n");
}

TEST_F(LogTest, WritesWholeLinesFromEveryThread) {
  std::vector<std::string> lines;
  Log log(clock_, Log::Format::kText, [&](std::string_view line) { lines.emplace_back(line); });
  const auto work = [&] {
    for (int i = 0; i < 500; ++i) log.info("tick", {{"n", std::int64_t{7}}});
    log.set_threshold(LogLevel::kInfo);
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(lines.size(), 1000U);
  EXPECT_EQ(std::ranges::count(lines, "03:08:20.125 INFO  tick n=7\n"), 1000);
}

}  // namespace
}  // namespace strongroom
